#pragma once

#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace frugald::snmp {

/// A regular expression (ECMAScript) of a profile. It sees at most the first 256 bytes of what a
/// device says: std::regex recurses, and a device may say anything.
class Pattern {
public:
    /// Absent for what is not a regular expression.
    static std::optional<Pattern> compile(const std::string& text);

    bool found_in(std::string_view text) const;
    /// When the whole of `text` fits: its first group, or nothing ("") without a group.
    std::optional<std::string> captured(std::string_view text) const;

private:
    std::regex regex_;
};

}  // namespace frugald::snmp
