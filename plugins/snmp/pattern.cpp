#include "plugins/snmp/pattern.h"

namespace frugald::snmp {

namespace {

constexpr std::size_t longest = 256;

}  // namespace

std::optional<Pattern> Pattern::compile(const std::string& text) {
    Pattern pattern;
    try {
        pattern.regex_.assign(text, std::regex::ECMAScript | std::regex::optimize);
    } catch (const std::regex_error&) {
        return std::nullopt;
    }
    return pattern;
}

bool Pattern::found_in(std::string_view text) const {
    text = text.substr(0, longest);
    return std::regex_search(text.begin(), text.end(), regex_);
}

std::optional<std::string> Pattern::captured(std::string_view text) const {
    text = text.substr(0, longest);
    std::match_results<std::string_view::const_iterator> match;
    if (!std::regex_match(text.begin(), text.end(), match, regex_)) return std::nullopt;
    return match.size() > 1 ? match[1].str() : std::string{};
}

}  // namespace frugald::snmp
