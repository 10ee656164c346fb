#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>

#include "daemon/core/nodeset.h"
#include "daemon/core/nodeset_parser.h"

namespace frugald {

namespace {

using nodeset::is_digit;

/// The run of digits at the start of `text`.
std::string_view leading_digits(std::string_view text) {
    return text.substr(
        0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin()));
}

std::string_view without_zeros(std::string_view digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

/// <0, 0, >0; by value, then by width.
int compare_numbers(std::string_view a, std::string_view b) {
    const auto x = without_zeros(a), y = without_zeros(b);
    if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
    if (const int by_value = x.compare(y); by_value != 0) return by_value;
    if (a.size() == b.size()) return 0;
    return a.size() < b.size() ? -1 : 1;
}

/// A name cut around its last number.
struct Cut {
    std::string_view prefix, digits, suffix;
};

Cut cut(std::string_view name) {
    const auto last = std::find_if(name.rbegin(), name.rend(), is_digit);
    const auto end = static_cast<std::size_t>(name.rend() - last);
    const auto begin =
        static_cast<std::size_t>(name.rend() - std::find_if_not(last, name.rend(), is_digit));
    if (end - begin > nodeset::most_digits) return {name, {}, {}};
    return {name.substr(0, begin), name.substr(begin, end - begin), name.substr(end)};
}

std::uint64_t value_of(std::string_view digits) {
    std::uint64_t value = 0;
    for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return value;
}

/// Whether `last`, the successor's digits, may end a range that begins with `first`.
bool may_span(std::string_view first, std::string_view last) {
    using nodeset::is_padded;
    return first.size() == last.size() || (!is_padded(first) && !is_padded(last));
}

std::string fold_numbers(const std::vector<std::string_view>& numbers) {
    std::string out;
    for (std::size_t begin = 0, end = 0; begin < numbers.size(); begin = end) {
        for (end = begin + 1; end < numbers.size(); ++end)
            if (value_of(numbers[end]) != value_of(numbers[end - 1]) + 1 ||
                !may_span(numbers[begin], numbers[end]))
                break;
        if (!out.empty()) out += ',';
        out += numbers[begin];
        if (end - begin > 1) fmt::format_to(std::back_inserter(out), "-{}", numbers[end - 1]);
    }
    return out;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        const auto x = leading_digits(a), y = leading_digits(b);
        if (!x.empty() && !y.empty()) {
            if (const int order = compare_numbers(x, y); order != 0) return order < 0;
            a.remove_prefix(x.size());
            b.remove_prefix(y.size());
            continue;
        }
        if (a[0] != b[0]) return a[0] < b[0];
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return a.empty() && !b.empty();
}

std::string fold_nodeset(std::span<const std::string> names) {
    std::vector<std::string_view> sorted(names.begin(), names.end());
    std::ranges::sort(sorted, natural_less);
    const auto repeated = std::ranges::unique(sorted);
    sorted.erase(repeated.begin(), repeated.end());

    std::vector<std::pair<Cut, std::vector<std::string_view>>> groups;  // by first appearance
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> group_of;
    for (const auto name : sorted) {
        const Cut parts = cut(name);
        auto group = groups.size();
        if (!parts.digits.empty())
            group = group_of.try_emplace({parts.prefix, parts.suffix}, group).first->second;
        if (group == groups.size()) groups.push_back({parts, {}});
        groups[group].second.push_back(parts.digits);
    }
    std::string out;
    for (const auto& [parts, numbers] : groups) {
        if (!out.empty()) out += ',';
        const bool alone = numbers.size() == 1;
        fmt::format_to(std::back_inserter(out), "{}{}{}{}{}", parts.prefix, alone ? "" : "[",
                       fold_numbers(numbers), alone ? "" : "]", parts.suffix);
    }
    return out;
}

}  // namespace frugald
