#include "plugins/snmp/profile/redact.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "plugins/snmp/plan.h"

namespace frugald::snmp::profile {

namespace {

const Oid sys_descr{1, 3, 6, 1, 2, 1, 1, 1, 0};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void cross_out_numbers(std::string& text) {
    constexpr std::ptrdiff_t long_number = 5;
    for (auto at = text.begin(); at != text.end();) {
        const auto first = std::find_if(at, text.end(), is_digit);
        const auto last = std::find_if_not(first, text.end(), is_digit);
        if (last - first >= long_number) std::fill(first, last, 'x');
        at = last;
    }
}

bool below_any(const Oid& oid, const std::set<Oid>& columns) {
    return std::ranges::any_of(columns,
                               [&](const Oid& column) { return starts_with(oid, column); });
}

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '|'; });
}

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
}

std::string number_line(double number) {
    if (number != std::floor(number) || std::abs(number) > 9e15) return fmt::format("4|{}", number);
    const auto whole = static_cast<std::int64_t>(number);
    if (whole >= -2147483648LL && whole <= 2147483647LL) return fmt::format("2|{}", whole);
    return fmt::format("{}|{}", whole >= 0 && whole <= 4294967295LL ? 66 : 70, whole);
}

}  // namespace

void redact(std::vector<Binding>& bindings, const Profiles& profiles) {
    std::set<Oid> kept;
    for (const auto& profile : profiles.all())
        for (auto& column : columns_to_walk(profile)) kept.insert(std::move(column));
    for (auto& [oid, value] : bindings) {
        if (oid == sys_descr)
            cross_out_numbers(value.text);
        else if (value.kind == Value::Kind::text && !below_any(oid, kept))
            value.text = "<private>";
    }
}

std::string snmprec_line(const Binding& binding) {
    const auto& value = binding.value;
    const auto oid = to_text(binding.oid);
    switch (value.kind) {
        case Value::Kind::absent:
            return "";
        case Value::Kind::oid:
            return fmt::format("{}|6|{}\n", oid, to_text(value.oid));
        case Value::Kind::number:
            if (value.text.empty()) return fmt::format("{}|{}\n", oid, number_line(value.number));
            [[fallthrough]];
        case Value::Kind::text:
            return printable(value.text) ? fmt::format("{}|4|{}\n", oid, value.text)
                                         : fmt::format("{}|4x|{}\n", oid, hex(value.text));
    }
    return "";
}

}  // namespace frugald::snmp::profile
