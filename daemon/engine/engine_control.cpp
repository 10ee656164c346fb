#include "daemon/engine/engine_control.h"

#include <fmt/format.h>

#include "daemon/engine/chronicle.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {

/// The API's caller waits this long for the outcome; afterwards `frugalctl why` tells it.
constexpr std::chrono::seconds action_patience{8};
/// What an administrator did by hand is left alone by policies for this long.
constexpr std::chrono::hours hands_off{1};

Wish wish_of(ActionKind kind) {
    switch (kind) {
        case ActionKind::power_on:
            return Wish::on;
        case ActionKind::power_soft:
            return Wish::soft;
        case ActionKind::power_cycle:
            return Wish::cycle;
        default:
            return Wish::off;
    }
}

bool for_scheduler(ActionKind kind) {
    return kind == ActionKind::suspend || kind == ActionKind::wake;
}

Action action_of(const Caller& who, ActionKind kind, const std::string& node,
                 const std::string& reason) {
    Action action;
    action.kind = kind;
    action.node = node;
    action.actor = Actor::admin;
    action.actor_name = who.name;
    action.reason = reason;
    return action;
}

IntentPtr intent_of(const Action& action, std::uint64_t generation) {
    auto intent = std::make_shared<Intent>();
    intent->wish = wish_of(action.kind);
    intent->node = action.node;
    intent->generation = generation;
    intent->asked = Instant::now();
    intent->deadline = intent->asked + std::chrono::minutes{10};
    intent->actor = action.actor;
    intent->actor_name = action.actor_name;
    intent->reason = action.reason;
    intent->accept_job_loss = action.accept_job_loss;
    return intent;
}

Outcome::Kind kind_of(const Intent& intent) {
    if (*intent.result == "ok") return Outcome::Kind::done;
    return *intent.result == "refused" ? Outcome::Kind::refused : Outcome::Kind::failed;
}

Outcome refused(const std::string& node, const Verdict& verdict) {
    return {node, Outcome::Kind::refused, verdict.rule, verdict.why};
}

}  // namespace

asio::awaitable<std::vector<Outcome>> EngineControl::power(Caller who, PowerRequest what) {
    std::vector<Outcome> outcomes(what.nodes.size());
    std::vector<asio::awaitable<void>> jobs;
    for (std::size_t i = 0; i < what.nodes.size(); ++i) {
        outcomes[i].node = what.nodes[i];
        Action action = action_of(who, what.kind, what.nodes[i], what.reason);
        action.accept_job_loss = what.accept_job_loss;
        jobs.push_back(power_one(std::move(action), what.dry_run, outcomes[i]));
    }
    co_await all_of(engine_.tools().loop, std::move(jobs));
    co_return outcomes;
}

asio::awaitable<void> EngineControl::power_one(Action action, bool dry_run, Outcome& outcome) {
    auto& tools = engine_.tools();
    if (for_scheduler(action.kind)) {
        std::string trouble;
        const auto verdict = co_await engine_.proposals().ask_scheduler(action, dry_run, trouble);
        outcome = refused(action.node, verdict);
        if (!verdict.allowed) co_return;
        outcome.kind = dry_run           ? Outcome::Kind::planned
                       : trouble.empty() ? Outcome::Kind::done
                                         : Outcome::Kind::failed;
        outcome.text = dry_run           ? "Slurm would be asked"
                       : trouble.empty() ? "Slurm shows it"
                                         : trouble;
        co_return;
    }
    if (tools.modules.schedules() && action.kind != ActionKind::power_on)
        static_cast<void>(co_await tools.scheduler.fresh());
    const auto verdict = tools.guard(action, tools.situation.facts(action, nullptr, 0));
    outcome = refused(action.node, verdict);
    if (!verdict.allowed) {
        ++tools.fleet.counters().guard_refusals[verdict.rule];
        co_return;
    }
    if (!tools.modules.reaches(action.node)) {
        outcome = {action.node, Outcome::Kind::failed, {}, "no BMC is configured for it"};
    } else if (dry_run) {
        outcome = {action.node,
                   Outcome::Kind::planned,
                   {},
                   fmt::format("chassis {} would be sent", to_string(action.kind))};
    } else {
        co_await act_on_bmc(action, outcome);
    }
}

asio::awaitable<void> EngineControl::act_on_bmc(Action action, Outcome& outcome) {
    auto& tools = engine_.tools();
    const auto intent = intent_of(action, engine_.actuation().next_generation());
    std::vector<ActionRecord> records{record_of(*intent)};
    const auto ids = co_await tools.journal.begin(std::move(records));
    if (!ids) {
        outcome = {action.node, Outcome::Kind::failed, {}, ids.error().text};
        co_return;
    }
    intent->journal_id = ids->front();
    tools.journal.audit(chronicle::request(*intent));
    leave_hold(action);
    engine_.actuation().want(intent);
    const SteadyTime give_up = steady_now() + action_patience;
    while (!intent->result && steady_now() < give_up)
        co_await tools.tasks.nap(std::chrono::milliseconds{50});
    outcome.rule = intent->rule;
    outcome.kind = intent->result ? kind_of(*intent) : Outcome::Kind::planned;
    outcome.text = intent->result ? intent->detail
                                  : fmt::format("under way ({}); frugalctl why {}", intent->stage,
                                                action.node);
}

void EngineControl::leave_hold(const Action& action) {
    const WallTime now = Instant::now().wall;
    const auto reason = fmt::format("power {} by hand: {}", to_string(action.kind), action.reason);
    engine_.holds().set(action.node, {action.actor_name, reason, now, now + hands_off});
}

asio::awaitable<std::vector<Outcome>> EngineControl::cap(Caller who, CapRequest what) {
    const auto kind = what.limit ? ActionKind::set_cap : ActionKind::release_cap;
    const auto lease = std::min(what.lease, engine_.config().cap.longest_lease);
    Actions actions;
    for (const auto& node : what.nodes) {
        Action action = action_of(who, kind, node, what.reason);
        action.cap = what.limit;
        if (what.limit) action.lease_end = Instant::now().wall + lease;
        actions.push_back(std::move(action));
    }
    co_return co_await engine_.cap_batch().change(std::move(actions), what.dry_run);
}

asio::awaitable<std::vector<Outcome>> EngineControl::hold(Caller who, HoldRequest what) {
    const bool everything = what.nodes.empty();
    const std::vector<std::string> nodes = everything ? std::vector<std::string>{""} : what.nodes;
    const WallTime now = Instant::now().wall;
    std::vector<Outcome> outcomes;
    for (const auto& node : nodes) {
        HoldState state{who.name, what.reason, now, std::nullopt};
        if (what.lasting) state.until = now + *what.lasting;
        const std::string name = everything ? "all" : node;
        if (what.release) {
            const bool was_held = engine_.holds().release(node, who.name, what.reason);
            outcomes.push_back(
                {name, Outcome::Kind::done, {}, was_held ? "released" : "was not held"});
        } else {
            engine_.holds().set(node, std::move(state));
            outcomes.push_back({name, Outcome::Kind::done, {}, "held"});
        }
    }
    auto& journal = engine_.tools().journal;
    co_await journal.flush();
    if (journal.failure().empty()) co_return outcomes;
    const auto hold_file = (engine_.config().daemon.runtime_directory / "HOLD").string();
    for (auto& outcome : outcomes)
        outcome.text = what.release
                           ? outcome.text +
                                 ", but the store does not work: after a restart it "
                                 "would be held again"
                           : "held, but the store does not work: a restart would forget it; to be "
                             "sure: touch " +
                                 hold_file;
    co_return outcomes;
}

}  // namespace frugald
