#include "daemon/engine/proposals.h"

#include <fmt/format.h>

#include "daemon/engine/chronicle.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {

constexpr std::chrono::minutes rest_after_failure{1};
constexpr std::chrono::minutes patience_while_powering_down{10};
constexpr int most_repeats = 2;

SchedulerCommand command_of(ActionKind kind) {
    return kind == ActionKind::wake ? SchedulerCommand::power_up
                                    : SchedulerCommand::power_down_asap;
}

ActionRecord record_of(const Action& action) {
    ActionRecord record;
    record.asked = Instant::now().wall;
    record.deadline = record.asked + std::chrono::minutes{1};
    record.node = action.node;
    record.action = to_string(action.kind);
    record.actor = action.actor_name;
    record.reason = action.reason;
    return record;
}

/// Slurm shows that it took the command. "Accepted" alone proves nothing.
bool took(const SchedulerNode& node, ActionKind kind) {
    if (kind == ActionKind::wake)
        return node.powering_up || node.power_up || (!node.powered_down && !node.powering_down);
    return node.power_down || node.powering_down || node.powered_down;
}

}  // namespace

bool Proposals::pending(const std::string& node) const {
    if (pending_.count(node) > 0) return true;
    const auto rest = rests_until_.find(node);
    return rest != rests_until_.end() && steady_now() < rest->second;
}

asio::awaitable<void> Proposals::consider(std::shared_ptr<const Snapshot> picture) {
    plans_.expire(picture->at);
    plans_.follow(*picture, tools_.admission.usual_boot().value_or(std::chrono::milliseconds{0}));
    std::vector<asio::awaitable<void>> jobs;
    for (const auto& policy : policies_)
        for (auto& action : policy->decide(*picture))
            if (!pending(action.node)) jobs.push_back(propose(std::move(action), *picture));
    co_await all_of(tools_.loop, std::move(jobs));
}

asio::awaitable<void> Proposals::propose(Action action, const Snapshot& picture) {
    std::string outcome;
    const auto verdict = co_await ask_scheduler(action, false, outcome);
    if (verdict.allowed) co_return;
    remember_refusal(action, verdict);
    if (verdict.rule == "N11") plan(action, picture);
}

/// Only the mode is in the way: a plan where it is `advise`, and in any case a shadow.
void Proposals::plan(const Action& action, const Snapshot& picture) {
    Action approved = action;
    approved.approved = true;
    auto facts = tools_.situation.facts(approved, nullptr, 0);
    const Mode mode = facts.mode;
    if (mode >= Mode::guarded) return;
    facts.mode = Mode::guarded;
    if (!tools_.guard(action, facts).allowed) return;
    const auto node = picture.nodes.find(action.node);
    const bool measured = node != picture.nodes.end() && node->second.power &&
                          node->second.power->quality == Quality::good;
    if (action.kind == ActionKind::suspend)
        plans_.would_suspend(
            action.node, measured ? std::optional{Watts{node->second.power->value}} : std::nullopt,
            picture.at);
    if (mode == Mode::advise) plans_.propose(action, picture.at);
}

void Proposals::remember_refusal(const Action& action, const Verdict& verdict) {
    auto& told = told_[action.node];
    if (told == verdict.rule) return;
    told = verdict.rule;
    ++tools_.fleet.counters().guard_refusals[verdict.rule];
    tools_.journal.audit(chronicle::refused(action, verdict));
    tools_.journal.note(action.node, "refused",
                        fmt::format("would {} ({}), refused by {}: {}", to_string(action.kind),
                                    action.reason, verdict.rule, verdict.why));
}

asio::awaitable<Verdict> Proposals::ask_scheduler(Action action, bool dry_run,
                                                  std::string& outcome) {
    // Where the scheduler is read seldom, its last picture is too old to say anything.
    const auto age = tools_.scheduler.age(Instant::now());
    if (!age || *age > tools_.config.guard.max_scheduler_age)
        static_cast<void>(co_await tools_.scheduler.fresh());
    // A second reading only for what would be allowed anyway: slurmctld's time is not ours.
    auto verdict = tools_.guard(action, tools_.situation.facts(action, nullptr, 0));
    if (verdict.allowed && !dry_run) {
        static_cast<void>(co_await tools_.scheduler.fresh());
        verdict = tools_.guard(action, tools_.situation.facts(action, nullptr, 0));
    }
    if (!verdict.allowed || dry_run) co_return verdict;
    // Counted before anything is awaited: others that the guard looks at meanwhile must see it.
    told_.erase(action.node);
    if (action.approved && action.kind == ActionKind::suspend)
        tools_.situation.approve(action.node);
    pending_.insert(action.node);
    if (action.actor == Actor::policy && action.kind == ActionKind::suspend)
        tools_.situation.count_off(action.node, Instant::now().wall);
    outcome = co_await carry_out(action);
    if (!outcome.empty()) rests_until_[action.node] = steady_now() + rest_after_failure;
    pending_.erase(action.node);
    co_return verdict;
}

asio::awaitable<std::string> Proposals::carry_out(Action action) {
    std::vector<ActionRecord> records{record_of(action)};
    const auto ids = co_await tools_.journal.begin(std::move(records));
    if (!ids) co_return ids.error().text;
    auto outcome = co_await send(action, ids->front());
    // Slurm forgets a POWER_UP that comes while it powers the node down (slurm.md section 3).
    for (int again = 0; again < most_repeats && !outcome.empty() && repeatable(action); ++again) {
        tools_.journal.note(action.node, "command",
                            "asked again: Slurm did not take it while it was powering down",
                            ids->front());
        outcome = co_await send(action, ids->front());
    }
    const char* result = outcome.empty() ? "ok" : "failed";
    ++tools_.fleet.counters().actions[{to_string(action.kind), result}];
    tools_.journal.finish(ids->front(), result, outcome.empty() ? "Slurm shows it" : outcome);
    co_return outcome;
}

/// The node was on its way down, and has arrived there.
bool Proposals::repeatable(const Action& action) const {
    const auto* node = tools_.scheduler.node(action.node);
    return action.kind == ActionKind::wake && node && (node->powering_down || node->powered_down);
}

asio::awaitable<std::string> Proposals::send(Action action, std::int64_t id) {
    const std::vector<std::string> nodes{action.node};
    const std::string reason = fmt::format("frugald: {}", action.reason);
    const auto give_up = steady_now() + patience_while_powering_down;
    const auto* node = tools_.scheduler.node(action.node);
    while (action.kind == ActionKind::wake && node && node->powering_down &&
           steady_now() < give_up) {
        co_await tools_.tasks.nap(std::chrono::milliseconds{1000});
        static_cast<void>(co_await tools_.scheduler.fresh());
        node = tools_.scheduler.node(action.node);
    }
    const auto facts = tools_.situation.facts(action, nullptr, 0);
    // Time has passed: the guard's word may be another now. A suspend has not waited, and has
    // been counted in its budget already.
    const auto verdict = action.kind == ActionKind::wake ? tools_.guard(action, facts) : Verdict{};
    if (!verdict.allowed) co_return fmt::format("refused by {}: {}", verdict.rule, verdict.why);
    tools_.journal.audit(chronicle::command(id, action, facts, "", ""));
    const auto sent =
        co_await tools_.modules.command_scheduler(command_of(action.kind), nodes, reason);
    bool shown = false;
    if (sent) shown = co_await shows(action);
    std::string outcome;
    if (!sent) outcome = sent.error().text;
    if (sent && !shown) outcome = "Slurm accepted the command, but its state does not show it";
    tools_.journal.audit(chronicle::answer(id, action.node, shown, outcome));
    co_return outcome;
}

asio::awaitable<bool> Proposals::shows(Action action) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        co_await tools_.tasks.nap(std::chrono::milliseconds{200} * (attempt + 1));
        static_cast<void>(co_await tools_.scheduler.fresh());
        const auto* node = tools_.scheduler.node(action.node);
        if (node && took(*node, action.kind)) co_return true;
    }
    co_return false;
}

}  // namespace frugald
