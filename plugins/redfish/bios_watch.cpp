#include "plugins/redfish/bios_watch.h"

#include <fmt/format.h>

#include "daemon/core/log.h"

namespace frugald::redfish {
namespace {

constexpr std::size_t fewest_to_compare = 3;

}  // namespace

void BiosWatch::take(std::size_t group, const std::string& node, const Attributes& attributes,
                     const Attributes& expected) {
    Known& own = nodes_[node];
    if (own.group == group && own.attributes == attributes && own.expected == expected) return;
    own.group = group;
    own.attributes = attributes;
    own.expected = expected;
    const Attributes most = usual(group);
    for (auto& [name, known] : nodes_) {
        if (known.group != group) continue;
        std::string drift = judge(known, most);
        if (drift == known.told) continue;
        if (drift.empty())
            log::notice("redfish: {}: its BIOS is as it should be again", name);
        else
            log::notice("redfish: {}: its BIOS differs: {}", name, drift);
        known.told = std::move(drift);
    }
}

std::string BiosWatch::drift(const std::string& node) const {
    const auto found = nodes_.find(node);
    return found == nodes_.end() ? std::string{} : found->second.told;
}

BiosWatch::Attributes BiosWatch::usual(std::size_t group) const {
    std::map<std::string, std::map<std::string, std::size_t>> counts;
    for (const auto& [name, known] : nodes_)
        if (known.group == group)
            for (const auto& [attribute, value] : known.attributes) ++counts[attribute][value];
    Attributes most;
    for (const auto& [attribute, values] : counts) {
        std::size_t all = 0;
        for (const auto& [value, count] : values) all += count;
        if (all < fewest_to_compare) continue;
        for (const auto& [value, count] : values)
            if (2 * count > all) most.emplace(attribute, value);
    }
    return most;
}

std::string BiosWatch::judge(const Known& known, const Attributes& most) {
    std::string drift;
    const auto add = [&drift](const std::string& text) {
        drift += (drift.empty() ? "" : "; ") + text;
    };
    for (const auto& [attribute, value] : known.attributes) {
        const auto wanted = known.expected.find(attribute);
        const auto common = most.find(attribute);
        if (wanted != known.expected.end()) {
            if (wanted->second != value)
                add(fmt::format("{} is {}, [redfish.bios] wants {}", attribute, value,
                                wanted->second));
        } else if (common != most.end() && common->second != value) {
            add(fmt::format("{} is {}, most nodes of its group have {}", attribute, value,
                            common->second));
        }
    }
    return drift;
}

}  // namespace frugald::redfish
