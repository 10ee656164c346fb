#include "daemon/config/feed_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "daemon/config/feeds.h"

namespace frugald {

std::vector<std::string> pair_feeds(PowerTree& tree) {
    std::vector<std::string> mistakes;
    for (auto& feed : tree) {
        if (feed.redundant_with.empty()) continue;
        const auto other = std::ranges::find(tree, feed.redundant_with, &PowerFeed::name);
        if (other == tree.end() || &*other == &feed) {
            mistakes.push_back(fmt::format("{} is redundant with {}, which is no other [[feed]]",
                                           feed.name, feed.redundant_with));
            continue;
        }
        if (other->redundant_with.empty()) other->redundant_with = feed.name;
        if (other->redundant_with != feed.name)
            mistakes.push_back(fmt::format("{} is redundant with {}, but that with {}", feed.name,
                                           other->name, other->redundant_with));
    }
    return mistakes;
}

void gather_nodes(PowerTree& tree) {
    for (auto at = tree.rbegin(); at != tree.rend(); ++at) {
        const auto parent = std::ranges::find(tree, at->parent, &PowerFeed::name);
        if (!at->parent.empty() && parent != tree.end())
            parent->nodes.insert(parent->nodes.end(), at->nodes.begin(), at->nodes.end());
    }
    for (auto& feed : tree) {
        const std::set<std::string> once{feed.nodes.begin(), feed.nodes.end()};
        feed.nodes.assign(once.begin(), once.end());
    }
}

std::vector<std::string> unmodelled(const Config& config) {
    std::vector<std::string> mistakes;
    for (const auto& feed : config.feeds) {
        if (!feed.limit()) continue;
        const auto bare = std::ranges::find_if(
            feed.nodes, [&](const auto& node) { return config.models.count(node) == 0; });
        if (bare != feed.nodes.end())
            mistakes.push_back(
                fmt::format("{} has a limit, so {} needs a [[model]] that says what it draws",
                            feed.name, *bare));
    }
    return mistakes;
}

namespace {

/// Nodes behind this level by the PDU's word. Which outlets a line or branch feeds no PDU says.
void add_fed(PowerFeed& feed, const std::map<std::string, std::string>& outlets) {
    const auto& meter = feed.meter;
    if (meter.part != Part::total && meter.part != Part::outlet) return;
    for (const auto& [outlet, node] : outlets)
        if (!node.empty() && (meter.part == Part::total || outlet == meter.part_name))
            feed.nodes.push_back(node);
}

}  // namespace

Result<void> complete_feeds(Config& config, const DeviceOutlets& devices) {
    std::vector<std::string> mistakes;
    for (auto& feed : config.feeds) {
        if (feed.meter.device.empty()) continue;
        const auto device = devices.find(feed.meter.device);
        if (device == devices.end())
            mistakes.push_back(
                fmt::format("[[feed]] {} is measured by {} {}, which no plugin's table names",
                            feed.name, feed.meter.is_pdu ? "pdu" : "meter", feed.meter.device));
        else
            add_fed(feed, device->second);
    }
    gather_nodes(config.feeds);
    for (const auto& mistake : unmodelled(config)) mistakes.push_back("[[feed]] " + mistake);
    if (mistakes.empty()) return {};
    return fail(Fault::invalid, fmt::format("{}", fmt::join(mistakes, "\n")));
}

}  // namespace frugald
