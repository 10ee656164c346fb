#include "daemon/export/url.h"

#include <charconv>

namespace frugald {

namespace {

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            unsigned byte = 0;
            const auto digits = text.substr(i + 1, 2);
            const auto [end, failed] =
                std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
            if (digits.size() != 2 || failed != std::errc{} || end != digits.data() + 2)
                return std::nullopt;
            plain += static_cast<char>(byte);
            i += 2;
        } else {
            plain += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
    if (!target.starts_with('/')) return std::nullopt;
    const std::size_t mark = target.find('?');
    const auto path = decode(target.substr(0, mark), false);
    if (!path) return std::nullopt;
    Target parsed{*path, {}};
    auto rest = mark == target.npos ? std::string_view{} : target.substr(mark + 1);
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        const auto name = decode(pair.substr(0, equals), true);
        const auto value =
            decode(equals == pair.npos ? std::string_view{} : pair.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        parsed.query.emplace(*name, *value);
    }
    return parsed;
}

}  // namespace frugald
