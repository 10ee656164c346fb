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
    own.group = group;
    own.attributes = attributes;
    own.expected = expected;
    for (auto& [name, known] : nodes_) {
        if (known.group != group) continue;
        std::string drift = judge(known);
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

std::optional<std::string> BiosWatch::usual(std::size_t group, const std::string& attribute) const {
    std::map<std::string, std::size_t> counts;
    std::size_t all = 0;
    for (const auto& [name, known] : nodes_) {
        const auto found = known.attributes.find(attribute);
        if (known.group != group || found == known.attributes.end()) continue;
        ++counts[found->second];
        ++all;
    }
    if (all < fewest_to_compare) return std::nullopt;
    for (const auto& [value, count] : counts)
        if (2 * count > all) return value;
    return std::nullopt;
}

std::string BiosWatch::judge(const Known& known) const {
    std::string drift;
    const auto add = [&drift](const std::string& text) {
        drift += (drift.empty() ? "" : "; ") + text;
    };
    for (const auto& [attribute, value] : known.attributes) {
        const auto wanted = known.expected.find(attribute);
        if (wanted != known.expected.end()) {
            if (wanted->second != value)
                add(fmt::format("{} is {}, [redfish.bios] wants {}", attribute, value,
                                wanted->second));
            continue;
        }
        const auto most = usual(known.group, attribute);
        if (most && *most != value)
            add(fmt::format("{} is {}, most nodes of its group have {}", attribute, value, *most));
    }
    return drift;
}

}  // namespace frugald::redfish
