#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "daemon/core/nodeset.h"
#include "daemon/ctl/columns.h"
#include "daemon/ctl/top.h"

namespace frugald::ctl {

namespace {

std::optional<double> known_number(const Json& value) {
    return value.is_number() ? std::optional{value.get<double>()} : std::nullopt;
}

std::optional<double> key_of(const Json& node, const std::string& by) {
    if (by == "temp") return known_number(node.at("hottest_celsius"));
    if (by == "watts" && has_power(node)) return known_number(node.at("power").at("watts"));
    return std::nullopt;
}

}  // namespace

void sort_nodes(Json& nodes, const std::string& by) {
    struct Entry {
        std::optional<double> key;
        std::string name;
        Json node;
    };
    std::vector<Entry> entries;
    for (Json& node : nodes)
        entries.push_back({key_of(node, by), text(node.at("node")), std::move(node)});
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
        if (a.key != b.key) return a.key > b.key;  // an absent one is less than any
        return natural_less(a.name, b.name);
    });
    nodes = Json::array();
    for (Entry& entry : entries) nodes.push_back(std::move(entry.node));
}

std::vector<std::string> top_header(const Json& status, const std::string& sorted_by) {
    const Json& drawn = status.at("cluster_power_watts");
    return {fmt::format("frugald {}, mode {}, {}, by {}", text(status.at("version")),
                        text(status.at("mode")), local_time(text(status.at("at"))), sorted_by),
            fmt::format("{} W drawn by {} of {} nodes, {} without an answer",
                        drawn.is_number() ? fmt::format("{:.0f}", drawn.get<double>()) : "?",
                        status.at("nodes_measured").dump(), status.at("nodes").at("total").dump(),
                        status.at("nodes").at("unreachable").dump())};
}

}  // namespace frugald::ctl
