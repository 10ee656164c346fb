#include "daemon/engine/reconciler.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"
#include "daemon/engine/chronicle.h"

namespace frugald {

namespace {

using namespace std::chrono_literals;

/// How long after a command of ours a changed chassis is still its effect: an orderly shutdown may
/// take its time, and a poll its interval.
constexpr std::chrono::minutes echo{3};
constexpr std::chrono::seconds between_judgements{1};
constexpr std::chrono::seconds after_time_out{15};

const char* const owner = "reconciler";

}  // namespace

bool Reconciler::lasts(const Seen& seen, Instant now) const {
    // Where Slurm's own time-out has passed, nothing may still be booting.
    if (seen.what.by_time_out)
        return now.steady - seen.since.steady >= seen.what.may_last + after_time_out;
    const auto patience = seen.what.may_last + tools_.config.reconciler.grace;
    const auto boot = tools_.admission.usual_boot().value_or(0ms);
    return now.steady - seen.since.steady >= std::max<std::chrono::milliseconds>(patience, boot);
}

void Reconciler::judge(const Node& node, const Snapshot& picture) {
    auto found = contradiction(node, *picture.scheduler);
    const auto known = seen_.find(node.name);
    const bool same = found && known != seen_.end() && known->second.what.kind == found->kind;
    if (known != seen_.end() && !same) {
        if (known->second.told)
            tools_.journal.note(node.name, "disagreement",
                                fmt::format("{} is over", to_string(known->second.what.kind)));
        seen_.erase(known);
    }
    if (!found) return;
    Seen& seen = seen_.try_emplace(node.name, Seen{*found, picture.at}).first->second;
    seen.what = std::move(*found);
    if (seen.told || !lasts(seen, picture.at)) return;
    seen.told = true;
    tools_.journal.note(
        node.name, "disagreement",
        fmt::format("{}: {}. {}", to_string(seen.what.kind), seen.what.text, seen.what.advice));
    log::write_limited(log::Priority::warning, "disagreement", seen.what.text);
}

asio::awaitable<void> Reconciler::consider(std::shared_ptr<const Snapshot> picture) {
    if (!picture->scheduler || !picture->scheduler_failure.empty()) co_return;
    if (picture->at.steady - judged_ < between_judgements) co_return;
    judged_ = picture->at.steady;
    for (const auto& [name, node] : picture->nodes) judge(node, *picture);
    std::erase_if(seen_, [&](const auto& entry) {
        return picture->nodes.find(entry.first) == picture->nodes.end();
    });
    std::vector<std::pair<std::string, Contradiction>> wanted;
    for (auto& [name, seen] : seen_)
        if (wants_repair(seen, picture->at.steady)) {
            seen.repaired = true;
            repairs_.push_back(picture->at.steady);
            wanted.emplace_back(name, seen.what);
        }
    for (auto& [name, what] : wanted) co_await repair(name, what);
}

bool Reconciler::wants_repair(const Seen& seen, SteadyTime now) {
    const auto& config = tools_.config.reconciler;
    if (!seen.told || seen.repaired || !repair_of(seen.what.kind)) return false;
    if (std::ranges::find(config.repair, to_string(seen.what.kind)) == config.repair.end())
        return false;
    std::erase_if(repairs_, [now](SteadyTime at) { return now - at >= 1h; });
    return repairs_.size() < config.repairs_per_hour;
}

IntentPtr Reconciler::intent_for(const std::string& node, ActionKind kind, const std::string& why) {
    auto intent = std::make_shared<Intent>();
    intent->wish = kind == ActionKind::power_on ? Wish::on : Wish::off;
    intent->node = node;
    intent->generation = actuation_.next_generation();
    intent->asked = Instant::now();
    intent->deadline = intent->asked + std::chrono::minutes{2};
    intent->actor = Actor::policy;
    intent->actor_name = owner;
    intent->reason = why;
    intent->repair = true;
    return intent;
}

asio::awaitable<void> Reconciler::repair(std::string node, Contradiction what) {
    const ActionKind kind = *repair_of(what.kind);
    if (kind == ActionKind::wake) {
        Action action;
        action.kind = kind;
        action.node = node;
        action.actor_name = owner;
        action.reason = what.text;
        action.repair = true;
        std::string trouble;
        const auto verdict = co_await proposals_.ask_scheduler(action, false, trouble);
        if (!verdict.allowed)
            tools_.journal.note(node, "refused", "repair: " + verdict.rule + ": " + verdict.why);
        co_return;
    }
    const auto intent = intent_for(node, kind, what.text);
    std::vector<ActionRecord> records{record_of(*intent)};
    const auto ids = co_await tools_.journal.begin(std::move(records));
    if (!ids) co_return;
    intent->journal_id = ids->front();
    tools_.journal.audit(chronicle::request(*intent));
    actuation_.want(intent);
}

void Reconciler::chassis_changed(const ChassisChange& change) {
    const bool known = change.before != Chassis::unknown && change.now != Chassis::unknown;
    const auto sent = actuation_.last_command(change.node);
    const bool aimed_at = actuation_.aimed_at(change.node, change.now);
    const bool ours =
        aimed_at || actuation_.current(change.node) || (sent && steady_now() - *sent < echo);
    if (!known || ours) {
        if (known && !actuation_.current(change.node))
            tools_.journal.note(change.node, "chassis",
                                fmt::format("the chassis went {}", to_string(change.now)));
        return;
    }
    const auto text =
        fmt::format("the chassis was switched {} by someone else", to_string(change.now));
    tools_.journal.note(change.node, "external", text);
    const auto hands_off = tools_.config.reconciler.hands_off;
    if (tools_.holds.node(change.node)) return;
    const auto now = Instant::now().wall;
    tools_.holds.set(change.node, {hands_off_owner, text + "; left alone", now, now + hands_off});
}

std::optional<DisagreementState> Reconciler::state(std::string_view node) const {
    const auto found = seen_.find(node);
    if (found == seen_.end() || !found->second.told) return std::nullopt;
    const Seen& seen = found->second;
    return DisagreementState{to_string(seen.what.kind), seen.since.wall, seen.what.text,
                             seen.what.advice};
}

}  // namespace frugald
