#include <fmt/format.h>

#include <fmt/ranges.h>
#include <algorithm>
#include <set>

#include "daemon/config/section_readers.h"
#include "daemon/core/disagreement.h"

namespace frugald::sections {

namespace {

using namespace std::chrono_literals;

std::optional<Watts> watts(SettingsReader& part, std::string_view key) {
    if (!part.has(key)) return std::nullopt;
    return Watts{part.number(key, 0, {1, 1e9})};
}

void read_feed(SettingsReader& part, PowerTree& to) {
    PowerFeed feed;
    feed.name = part.required_text("name");
    feed.parent = part.text("parent", "");
    feed.rating = watts(part, "rating_watts");
    feed.budget = watts(part, "budget_watts");
    feed.nodes = part.nodes("nodes");
    feed.start_interval = part.duration("start_interval_ms", feed.start_interval, 0ms, 1min);
    const auto is = [](const std::string& name) {
        return [&name](const PowerFeed& other) { return other.name == name; };
    };
    if (std::ranges::any_of(to, is(feed.name))) part.mistake("name", feed.name + " is there twice");
    if (!feed.parent.empty() && std::ranges::none_of(to, is(feed.parent)))
        part.mistake("parent", feed.parent + " must be the name of a [[feed]] that stands before");
    to.push_back(std::move(feed));
}

/// Every level has the nodes of those below; parents stand before their children.
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

/// Without knowing what a node may draw, no limit could be kept.
void demand_models(SettingsReader& top, const Config& config) {
    for (const auto& feed : config.feeds) {
        if (!feed.limit()) continue;
        for (const auto& node : feed.nodes)
            if (config.models.count(node) == 0) {
                top.mistake("feed", fmt::format("{} has a limit, so {} needs a [[model]] that says "
                                                "what it draws",
                                                feed.name, node));
                break;
            }
    }
}

}  // namespace

void read_feeds(SettingsReader& top, Config& to, std::vector<std::string>& known) {
    tables(top, "feed", to.feeds, read_feed, known);
    gather_nodes(to.feeds);
    demand_models(top, to);
}

void read_reconciler(SettingsReader& part, ReconcilerConfig& to) {
    // Not below 90 s: nodes that are still booting would be taken for orphans (safety.md).
    to.grace = std::chrono::duration_cast<std::chrono::seconds>(
        part.duration("grace_s", to.grace, 90s, 24h));
    to.hands_off = whole_seconds(part, "hands_off_s", to.hands_off, 720h);
    to.repair = part.texts("repair");
    for (const auto& kind : to.repair)
        if (std::ranges::find(repairable_kinds(), kind) == repairable_kinds().end())
            part.mistake("repair", fmt::format("{} cannot be repaired; what can: {}", kind,
                                               fmt::join(repairable_kinds(), ", ")));
    to.repairs_per_hour = count(part, "repairs_per_hour", to.repairs_per_hour, {0, 1000});
}

}  // namespace frugald::sections
