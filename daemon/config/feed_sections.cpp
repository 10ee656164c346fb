#include <fmt/format.h>

#include <fmt/ranges.h>
#include <algorithm>

#include "daemon/config/feed_checks.h"
#include "daemon/config/section_readers.h"
#include "daemon/config/tree_file.h"
#include "daemon/core/disagreement.h"

namespace frugald::sections {

namespace {

using namespace std::chrono_literals;

std::optional<double> number_if_any(SettingsReader& part, std::string_view key, Bounds bounds) {
    if (!part.has(key)) return std::nullopt;
    return part.number(key, bounds.least, bounds);
}

std::optional<Watts> watts(SettingsReader& part, std::string_view key) {
    const auto number = number_if_any(part, key, {1, 1e9});
    return number ? std::optional{Watts{*number}} : std::nullopt;
}

void read_rating(SettingsReader& part, PowerFeed& feed) {
    feed.rating = watts(part, "rating_watts");
    feed.rating_amperes = number_if_any(part, "rating_amperes", {0.1, 1e5});
    feed.volts = number_if_any(part, "volts", {12, 50e3}).value_or(0);
    feed.phases = count(part, "phases", 1, {1, 3});
    feed.derating = number_if_any(part, "derating", {0.1, 1});
    const bool derated = part.boolean("derated", false);
    if (feed.phases == 2) part.mistake("phases", "must be 1 or 3");
    if (feed.rating_amperes && feed.volts == 0)
        part.mistake("rating_amperes", "needs volts (with phases = 3: between two lines)");
    if (derated && feed.derating)
        part.mistake("derating", "a rating that is derated already is not derated again");
    if (derated) feed.derating = 1;
    feed.budget = watts(part, "budget_watts");
    feed.reserve = Watts{part.number("reserve_watts", 0, {0, 1e9})};
}

void read_meter(SettingsReader& part, FeedMeter& to) {
    const std::string pdu = part.text("pdu", ""), meter = part.text("meter", "");
    if (!pdu.empty() && !meter.empty()) part.mistake("meter", "a level has one: pdu or meter");
    to.device = pdu.empty() ? meter : pdu;
    to.is_pdu = meter.empty();
    const std::pair<const char*, Part> parts[] = {
        {"line", Part::line}, {"branch", Part::branch}, {"outlet", Part::outlet}};
    for (const auto& [key, kind] : parts) {
        const std::string name = part.text(key, "");
        if (name.empty()) continue;
        if (!to.part_name.empty()) part.mistake(key, "line, branch and outlet exclude each other");
        if (pdu.empty() && kind != Part::line) part.mistake(key, "needs pdu");
        if (to.device.empty() && kind == Part::line) part.mistake(key, "needs pdu or meter");
        to.part = kind;
        to.part_name = name;
    }
}

void read_feed(SettingsReader& part, PowerTree& to) {
    PowerFeed feed;
    feed.name = part.required_text("name");
    feed.parent = part.text("parent", "");
    feed.kind = part.text("kind", "");
    read_rating(part, feed);
    read_meter(part, feed.meter);
    feed.nodes = part.nodes("nodes");
    feed.complete = part.boolean("complete", true);
    feed.redundant_with = part.text("redundant_with", "");
    feed.start_interval = part.duration("start_interval_ms", feed.start_interval, 0ms, 1min);
    const auto is = [](const std::string& name) {
        return [&name](const PowerFeed& other) { return other.name == name; };
    };
    if (std::ranges::any_of(to, is(feed.name))) part.mistake("name", feed.name + " is there twice");
    if (!feed.parent.empty() && std::ranges::none_of(to, is(feed.parent)))
        part.mistake("parent", feed.parent + " must be the name of a [[feed]] that stands before");
    to.push_back(std::move(feed));
}

void read_power_tree(SettingsReader& part, Config& to) {
    auto& tree = to.power_tree;
    tree.derating = part.number("derating", tree.derating, {0.1, 1});
    tree.import = part.text("import", "");
    if (tree.import.empty()) return;
    if (tree.import.is_relative())
        return part.mistake("import", "must be a full path, beginning with '/'");
    const auto rows = read_tree_file(tree.import);
    if (!rows) return part.adopt(tl::unexpected<Error>(rows.error()));
    for (const auto& row : *rows) {
        SettingsReader level{row};
        read_feed(level, to.feeds);
        part.adopt(level.finish());
    }
}

}  // namespace

void read_feeds(SettingsReader& top, Config& to, std::vector<std::string>& known) {
    tables(top, "feed", to.feeds, read_feed, known);
    section(top, "power_tree", to, read_power_tree, known);
    for (auto& feed : to.feeds)
        if (feed.rating_amperes && !feed.derating) feed.derating = to.power_tree.derating;
    for (const auto& mistake : pair_feeds(to.feeds)) top.mistake("feed", mistake);
    gather_nodes(to.feeds);
    for (const auto& mistake : unmodelled(to)) top.mistake("feed", mistake);
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
