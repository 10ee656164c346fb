// The power tree as configured and as measured, and the PUE's sources.
#include <fmt/format.h>

#include <set>

#include "daemon/core/pue_picture.h"
#include "daemon/core/tree_picture.h"
#include "daemon/doctor/check.h"

namespace frugald::doctor {

namespace {

using Names = std::vector<std::string>;

const TreePicture* measured_tree(const Facts& facts) {
    return facts.now ? facts.now->tree.get() : nullptr;
}

Finding no_tree() {
    return unknown("the power tree has not been measured yet", "ask again in some seconds");
}

Finding feeds_cover_nodes(const Facts& facts) {
    std::set<std::string> limited;
    for (const auto& feed : facts.config.feeds)
        if (feed.limit()) limited.insert(feed.nodes.begin(), feed.nodes.end());
    if (limited.empty())
        return warn(
            "no [[feed]] says what PDUs and breakers bear: starting nodes are limited by "
            "nothing (N3)",
            "describe what feeds the nodes (docs/power-tree.md)");
    Names without;
    for (const auto& node : facts.config.managed_nodes)
        if (!limited.contains(node)) without.push_back(node);
    if (without.empty()) return ok("every managed node is below a feed with a rating or a budget");
    return warn(some_nodes(without) + " of managed_nodes are below no feed that limits them (N3)",
                "add them to a [[feed]] with a rating (docs/power-tree.md)");
}

Finding suspects(const Facts& facts) {
    if (facts.config.feeds.empty()) return ok("no power tree is configured");
    const auto* const tree = measured_tree(facts);
    if (!tree) return no_tree();
    if (tree->suspicions.empty()) return ok("no measurements of the power tree contradict others");
    const auto& first = tree->suspicions.front();
    const auto others = tree->suspicions.size() - 1;
    return warn(fmt::format("{}: {}: {}{}", first.source, first.fault, first.evidence,
                            others > 0 ? fmt::format(" (and {} more)", others) : ""),
                "frugalctl tree; what each means: docs/power-tree.md");
}

/// One of them, for the sentence.
Finding too_much(const Names& levels, const char* what, FindingLevel level) {
    const auto text = fmt::format("{} {} ({} feed{})", levels.front(), what, levels.size(),
                                  levels.size() == 1 ? "" : "s");
    return {
        {}, level, text, "frugalctl tree; move load, lower a limit of power, or correct a rating"};
}

bool below_zero(const std::optional<Watts>& watts, const std::optional<double>& amperes) {
    return (watts && watts->value < 0) || (amperes && *amperes < 0);
}

Finding headroom(const Facts& facts) {
    if (facts.config.feeds.empty()) return ok("no power tree is configured");
    const auto* const tree = measured_tree(facts);
    if (!tree) return no_tree();
    Names over, over_alone;
    bool known = false;
    for (const auto& level : tree->levels) {
        known = known || level.headroom || level.headroom_amperes;
        if (below_zero(level.headroom, level.headroom_amperes)) over.push_back(level.name);
        if (below_zero(level.headroom_one_lost, level.headroom_one_lost_amperes))
            over_alone.push_back(level.name);
    }
    if (!over.empty())
        return too_much(over, "draws more than its rating allows for hours", FindingLevel::fail);
    if (!over_alone.empty())
        return too_much(over_alone, "could not bear the load of the other feed of its pair",
                        FindingLevel::warn);
    if (!known)
        return unknown("no feed has both a limit and a measurement",
                       "give feeds a rating and a PDU or meter (docs/power-tree.md)");
    return ok("no feed is above its limit, nor would be with the other one lost");
}

Finding pue_sources(const Facts& facts) {
    if (!facts.config.pue) return ok("no PUE is asked for");
    if (!facts.now || !facts.now->pue)
        return unknown("the PUE has not been reckoned yet", "ask again in some minutes");
    const auto& pue = *facts.now->pue;
    for (const auto& source : pue.sources)
        if (!source.trouble.empty())
            return warn(fmt::format("{} ({}): {}", source.name, source.side, source.trouble),
                        "frugalctl pue; docs/pue.md");
    if (pue.live.state == PueState::impossible)
        return failed("the PUE is below 1: " + pue.live.note, "frugalctl pue; docs/pue.md");
    return ok("every source of the PUE is measured");
}

}  // namespace

std::span<const Check> power_tree_checks() {
    static constexpr Check checks[] = {
        {"feed-covers-nodes", feeds_cover_nodes},
        {"feed-suspects", suspects},
        {"feed-headroom", headroom},
        {"pue-sources", pue_sources},
    };
    return checks;
}

}  // namespace frugald::doctor
