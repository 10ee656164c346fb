#include "plugins/snmp/units.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace frugald::snmp {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::optional<double> unit_factor(Quantity quantity, std::string_view unit) {
    for (const auto& kind : column_kinds) {
        if (kind.quantity != quantity) continue;
        for (const auto& known : kind.units)
            if (!known.name.empty() && known.name == unit) return known.factor;
    }
    return std::nullopt;
}

std::optional<double> number_with_unit(Quantity quantity, std::string_view text) {
    double value = 0;
    const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(after - text.data()));
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto letters =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_letter) - text.begin());
    if (letters == 0) return text.empty() ? std::optional{value} : std::nullopt;
    const auto factor = unit_factor(quantity, text.substr(0, letters));
    return factor ? std::optional{value * *factor} : std::nullopt;
}

}  // namespace frugald::snmp
