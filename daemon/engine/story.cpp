// frugalctl why: a node's present state and its story from the journal, in words.

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/engine_control.h"

namespace frugald {

namespace {

constexpr std::size_t longest_story = 40;

std::string age(WallTime at, WallTime now) {
    return fmt::format("{}", std::chrono::floor<std::chrono::seconds>(now - at));
}

std::string describe(const CapState& cap) {
    const std::string detail = cap.detail.empty() ? "" : ": " + cap.detail;
    if (cap.condition == CapCondition::not_cappable) return "not cappable" + detail;
    return fmt::format("limited to {:.0f} W by {}, {}{}", cap.limit.value, cap.owner,
                       to_string(cap.condition), detail);
}

void say_power(const Node& node, WallTime now, std::vector<std::string>& lines) {
    if (node.chassis_at)
        lines.push_back(fmt::format("chassis is {} (read {} ago)", to_string(node.chassis),
                                    age(*node.chassis_at, now)));
    else
        lines.push_back(node.has_bmc ? "chassis is unknown: the BMC has not answered yet"
                                     : "no BMC is configured for it");
    if (!node.failure.empty()) lines.push_back("BMC: " + node.failure);
    if (node.power) {
        const bool good = node.power->quality == Quality::good;
        lines.push_back(fmt::format("draws {:.0f} W by {} ({} ago{}{})", node.power->value,
                                    node.power->source, age(node.power->at, now), good ? "" : ", ",
                                    good ? "" : to_string(node.power->quality)));
    }
    if (node.cap) lines.push_back(describe(*node.cap));
}

void say_scheduler(const Node& node, const Snapshot& picture, std::vector<std::string>& lines) {
    if (!picture.scheduler_failure.empty()) lines.push_back("Slurm: " + picture.scheduler_failure);
    if (!node.scheduler) {
        lines.push_back("Slurm does not know it, so it counts as busy");
        return;
    }
    lines.push_back(
        fmt::format("Slurm shows it {}{}", node.scheduler->state_text,
                    node.scheduler->reason.empty() ? "" : " (" + node.scheduler->reason + ")"));
    if (node.idle_since)
        lines.push_back(fmt::format(
            "idle for {} by frugald's clock",
            std::chrono::floor<std::chrono::seconds>(picture.at.steady - *node.idle_since)));
}

void say_what_holds_it(const Node& node, const Snapshot& picture, std::vector<std::string>& lines) {
    if (!node.managed) lines.push_back("not in managed_nodes: never acted upon (N8)");
    lines.push_back("mode is " + picture.mode);
    if (picture.hold) lines.push_back("everything is held: " + *picture.hold);
    if (node.hold)
        lines.push_back(fmt::format("held by {} since {}: {}", node.hold->owner,
                                    iso8601(node.hold->since), node.hold->reason));
    if (node.disagreement)
        lines.push_back(fmt::format("since {}: {}. {}", iso8601(node.disagreement->since),
                                    node.disagreement->text, node.disagreement->advice));
    if (node.intent)
        lines.push_back(fmt::format("request {} is {}: {}; deadline {}", node.intent->what,
                                    node.intent->stage, node.intent->detail,
                                    iso8601(node.intent->deadline)));
}

StoryLine begun(const ActionRow& row) {
    const auto& record = row.record;
    const auto watts = record.watts ? fmt::format(" {:.0f} W", *record.watts) : std::string{};
    return {record.asked, fmt::format("#{} {}{} asked by {}: {}", row.id, record.action, watts,
                                      record.actor, record.reason)};
}

StoryLine ended(const ActionRow& row) {
    return {row.end->at, fmt::format("#{} {}: {}: {}", row.id, row.record.action, row.end->result,
                                     row.end->detail)};
}

}  // namespace

asio::awaitable<Result<Why>> EngineControl::why(std::string node) {
    const auto picture = engine_.take_picture();
    const auto found = picture->nodes.find(node);
    if (found == picture->nodes.end())
        co_return fail(Fault::invalid, fmt::format("{}: no such node in Slurm, in managed_nodes or "
                                                   "behind a configured BMC",
                                                   node));
    Why why;
    why.node = node;
    say_power(found->second, picture->at.wall, why.now);
    say_scheduler(found->second, *picture, why.now);
    say_what_holds_it(found->second, *picture, why.now);
    const History wanted{node, {}, longest_story};
    auto& journal = engine_.tools().journal;
    const auto actions = co_await journal.actions(wanted);
    const auto events = co_await journal.events(wanted);
    if (!actions) co_return tl::unexpected<Error>(actions.error());
    if (!events) co_return tl::unexpected<Error>(events.error());
    for (const auto& row : *actions) why.story.push_back(begun(row));
    for (const auto& event : *events) {
        const auto which = event.action ? fmt::format("#{} ", event.action) : std::string{};
        why.story.push_back({event.at, fmt::format("{}{}: {}", which, event.kind, event.text)});
    }
    for (const auto& row : *actions)
        if (row.end) why.story.push_back(ended(row));
    // Within one millisecond: asked, then what happened, then the result.
    std::ranges::stable_sort(why.story, {}, &StoryLine::at);
    if (why.story.size() > longest_story)
        why.story.erase(why.story.begin(), why.story.end() - longest_story);
    co_return why;
}

asio::awaitable<std::vector<EventLine>> EngineControl::events(WallTime since, std::size_t most) {
    const History wanted{"", since, most};
    const auto rows = co_await engine_.tools().journal.events(wanted);
    std::vector<EventLine> lines;
    if (!rows) {
        lines.push_back({Instant::now().wall, "", "store", rows.error().text});
        co_return lines;
    }
    for (const auto& row : *rows) lines.push_back({row.at, row.node, row.kind, row.text});
    co_return lines;
}

}  // namespace frugald
