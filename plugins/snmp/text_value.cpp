#include "plugins/snmp/text_value.h"

#include <charconv>
#include <cmath>

namespace frugald::snmp {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank{" \t\r\n\0", 5};
    const auto first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace

Value number_value(double number) {
    return std::isfinite(number) ? Value{.kind = Value::Kind::number, .number = number} : Value{};
}

Value text_value(std::string_view bytes) {
    const auto said = trimmed(bytes);
    if (said.empty()) return {};
    double value = 0;
    const auto [after, error] = std::from_chars(said.data(), said.data() + said.size(), value);
    if (error == std::errc{} && after == said.data() + said.size() && std::isfinite(value)) {
        auto result = number_value(value);
        result.text = said;
        return result;
    }
    return {.kind = Value::Kind::text, .text = std::string{said}};
}

}  // namespace frugald::snmp
