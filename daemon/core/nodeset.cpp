#include "daemon/core/nodeset.h"

#include <fmt/format.h>

#include <unordered_set>

#include "daemon/core/nodeset_parser.h"

namespace frugald {

namespace {

using nodeset::Item;
using nodeset::Range;

void append_range(const std::string& stem, const Range& range, std::vector<std::string>& names) {
    for (std::uint64_t number = range.first; number <= range.last; number += range.step)
        names.push_back(fmt::format("{}{:0{}}", stem, number, range.width));
}

std::vector<std::string> names_of(const Item& item) {
    std::vector<std::string> names{""};
    for (const auto& part : item.parts) {
        for (auto& name : names) name += part.literal;
        if (part.ranges.empty()) continue;
        std::vector<std::string> longer;
        for (const auto& stem : names)
            for (const auto& range : part.ranges) append_range(stem, range, longer);
        names = std::move(longer);
    }
    return names;
}

}  // namespace

Result<std::vector<std::string>> expand_nodeset(std::string_view expression,
                                                NodesetDialect dialect) {
    const auto items = nodeset::parse(expression, dialect);
    if (!items) return tl::unexpected(items.error());
    std::vector<std::string> names;
    std::unordered_set<std::string> seen;
    for (const auto& item : *items)
        for (auto& name : names_of(item))
            if (seen.insert(name).second) names.push_back(std::move(name));
    return names;
}

}  // namespace frugald
