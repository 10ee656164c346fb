#include <fmt/format.h>

#include "daemon/core/nodeset.h"
#include "plugins/slurm/view_parts.h"

namespace frugald::slurm {

namespace {

std::vector<std::string_view> split(std::string_view list) {
    std::vector<std::string_view> items;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        items.push_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return items;
}

}  // namespace

std::string without_counts(std::string_view exclusions) {
    std::string kept;
    bool counting = false;
    for (const char c : exclusions) {
        if (c == ':') counting = true;
        if (c == ',') counting = false;
        if (!counting) kept += c;
    }
    return kept;
}

Result<std::vector<std::string>> excluded_nodes(const Picture& picture, HostlistCache& hostlists) {
    std::set<std::string> excluded;
    const auto& saving = picture.controller.power_saving;
    const auto named = hostlists.expand(without_counts(saving.suspend_exc_nodes));
    if (!named) return fail(Fault::unparsable, "SuspendExcNodes: " + named.error().text);
    excluded.insert((*named)->begin(), (*named)->end());
    const auto parts = without_counts(saving.suspend_exc_parts);
    for (const auto name : split(parts))
        for (const auto& partition : picture.partitions) {
            if (partition.name != name) continue;
            const auto nodes = hostlists.expand(partition.nodes);
            if (!nodes) return tl::unexpected{nodes.error()};
            excluded.insert((*nodes)->begin(), (*nodes)->end());
        }
    // The other states of SuspendExcStates are refused by the guard or the policies anyway.
    if (saving.suspend_exc_states.find("CLOUD") != std::string::npos)
        for (const auto& node : picture.nodes)
            if (node.has(NodeFlag::cloud)) excluded.insert(node.name);
    return std::vector<std::string>{excluded.begin(), excluded.end()};
}

}  // namespace frugald::slurm
