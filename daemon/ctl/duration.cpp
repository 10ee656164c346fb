#include "daemon/ctl/duration.h"

#include <charconv>

namespace frugald::ctl {

namespace {

std::optional<std::chrono::seconds> unit_length(char unit) {
    switch (unit) {
        case 's':
            return std::chrono::seconds{1};
        case 'm':
            return std::chrono::minutes{1};
        case 'h':
            return std::chrono::hours{1};
        case 'd':
            return std::chrono::days{1};
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
    std::chrono::seconds total{0};
    while (!text.empty()) {
        constexpr unsigned most = 1000000;
        unsigned count = 0;
        const char* const end = text.data() + text.size();
        const auto [stop, failed] = std::from_chars(text.data(), end, count);
        if (failed != std::errc{} || stop == end || count > most) return std::nullopt;
        const auto unit = unit_length(*stop);
        if (!unit) return std::nullopt;
        total += count * *unit;
        text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    }
    if (total.count() == 0) return std::nullopt;
    return total;
}

}  // namespace frugald::ctl
