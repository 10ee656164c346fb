#include "daemon/engine/run.h"

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/engine/chronicle.h"

namespace frugald {

namespace {

using std::chrono::milliseconds;

const char* wording(PowerCommand command) {
    switch (command) {
        case PowerCommand::on:
            return "chassis on";
        case PowerCommand::off:
            return "chassis off";
        case PowerCommand::soft:
            return "soft off";
        case PowerCommand::cycle:
            return "chassis cycle";
    }
    return "?";
}

bool cuts(PowerCommand command) { return command != PowerCommand::on; }

}  // namespace

Action Run::action(ActionKind kind) const {
    Action action;
    action.kind = kind;
    action.node = intent_->node;
    action.actor = intent_->actor;
    action.actor_name = intent_->actor_name;
    action.reason = intent_->reason;
    action.accept_job_loss = intent_->accept_job_loss;
    action.repair = intent_->repair;
    return action;
}

GuardFacts Run::facts(const Action& wanted) const {
    const auto newest = lane_.newest ? lane_.newest->generation : 0;
    return tools_.situation.facts(wanted, intent_.get(), newest);
}

Verdict Run::ask_guard(ActionKind kind) const {
    const Action wanted = action(kind);
    return tools_.guard(wanted, facts(wanted));
}

asio::awaitable<bool> Run::settle() {
    const unsigned rounds = tools_.config.guard.settle_rounds;
    while (!over() && !late()) {
        const bool bmc = tools_.fleet.rounds(intent_->node) >= rounds;
        const bool slurm = !tools_.modules.schedules() || tools_.scheduler.rounds() >= rounds;
        if (bmc && slurm) co_return true;
        // A resume must not wait for a scheduler that is away: power-on needs only the BMC.
        if (bmc && intent_->wish == Wish::resume) co_return true;
        stage("waiting", "for two polling rounds after start");
        if (!bmc) tools_.modules.refresh(intent_->node);
        co_await tools_.tasks.nap(milliseconds{200});
    }
    co_return !over();
}

asio::awaitable<Result<Chassis>> Run::look() {
    const std::string node = intent_->node;
    co_return co_await tools_.modules.chassis(node);
}

asio::awaitable<Result<void>> Run::command(ActionKind kind, PowerCommand what) {
    const std::string node = intent_->node;
    const auto id = intent_->journal_id;
    if (cuts(what) && tools_.modules.schedules())
        static_cast<void>(co_await tools_.scheduler.fresh());
    if (over()) co_return fail(Fault::cancelled, "overtaken");
    const Action wanted = action(kind);
    const GuardFacts seen = facts(wanted);
    if (const auto verdict = tools_.guard(wanted, seen); !verdict.allowed)
        co_return tl::unexpected<Error>(refusal(kind, what, verdict));
    intent_->rule.clear();
    last_refusal_.clear();
    if (what == PowerCommand::on) remember_switched_on(true);
    co_await announce(wanted, seen, fmt::format("{} sent", wording(what)));
    if (over()) co_return fail(Fault::cancelled, "overtaken");
    StillWanted still_wanted = [this, kind] { return !over() && ask_guard(kind).allowed; };
    lane_.last_command = steady_now();
    lane_.aimed_at = what == PowerCommand::on ? Chassis::on : Chassis::off;
    const auto answer = co_await tools_.modules.power(node, what, still_wanted);
    ++tools_.fleet.counters()
          .actions[{to_string(kind), answer ? "ok" : to_string(answer.error().fault)}];
    tools_.journal.audit(
        chronicle::answer(id, node, answer.has_value(), answer ? "" : answer.error().text));
    note("answer", answer ? fmt::format("{} accepted by the BMC", wording(what))
                          : fmt::format("{}: {}", wording(what), answer.error().text));
    if (answer && what == PowerCommand::on) lane_.switched_on = steady_now();
    if (answer && what == PowerCommand::soft) lane_.soft_off_sent = steady_now();
    co_return answer;
}

/// Journalled before it is sent, with what the guard saw. A store that does not work holds up
/// nothing: nodes fail on.
asio::awaitable<void> Run::announce(const Action& wanted, const GuardFacts& seen,
                                    std::string text) {
    const auto& node = intent_->node;
    tools_.journal.audit(chronicle::command(intent_->journal_id, wanted, seen,
                                            tools_.modules.identity(node).value_or(""),
                                            tools_.identities.pinned(node)));
    note("command", std::move(text));
    if (tools_.journal.failure().empty()) co_await tools_.journal.flush();
}

/// On disk before it is sent: a daemon that dies in between must not take the boot that it has
/// begun for an old one, and cut it short.
void Run::remember_switched_on(bool on) {
    if (std::exchange(intent_->switched_on, on) == on || intent_->journal_id == 0) return;
    if (on)
        tools_.journal.keep(Actuation::switched_on, intent_->node,
                            fmt::format("{}", intent_->journal_id));
    else
        tools_.journal.drop(Actuation::switched_on, intent_->node);
}

Error Run::refusal(ActionKind kind, PowerCommand what, const Verdict& verdict) {
    intent_->rule = verdict.rule;
    if (last_refusal_ != verdict.rule) {
        note_doubt(verdict.rule);
        ++tools_.fleet.counters().guard_refusals[verdict.rule];
        tools_.journal.audit(chronicle::refused(action(kind), verdict));
        note("refused",
             fmt::format("{} refused by {}: {}", wording(what), verdict.rule, verdict.why));
    }
    last_refusal_ = verdict.rule;
    return {Fault::refused, fmt::format("{}: {}", verdict.rule, verdict.why)};
}

/// That a request of Slurm's meets a job or another machine should not happen often.
void Run::note_doubt(const std::string& rule) {
    const bool strange = rule == "N1" || rule == "N2" || rule == "N9";
    if (!strange || intent_->actor == Actor::admin) return;
    if (const auto why = tools_.doubts.refused(steady_now()); !why.empty())
        tools_.modes.demote(why);
}

asio::awaitable<bool> Run::admitted() {
    Admission::Wish wish;
    wish.node = intent_->node;
    wish.for_job = intent_->for_job;
    wish.deadline = intent_->deadline;
    wish.still_wanted = [this] { return !over() && !late(); };
    wish.too_late = [this](const std::string& text) {
        if (!std::exchange(intent_->told_too_late, true)) note("incident", text);
    };
    if (tools_.admission.waiting() > 0) stage("waiting", "for power to start with (N3)");
    co_return co_await tools_.admission.turn(std::move(wish));
}

asio::awaitable<bool> Run::becomes(Chassis wanted) {
    const SteadyTime give_up = steady_now() + tools_.config.power.verify_for;
    milliseconds wait = tools_.config.power.verify_after / 4;
    while (steady_now() < give_up && !over()) {
        co_await tools_.tasks.nap(wait);
        wait = std::min(wait * 2, tools_.config.power.verify_after);
        const auto state = co_await look();
        if (state && *state == wanted) {
            tools_.journal.audit(chronicle::read_back(intent_->journal_id, intent_->node, *state));
            note("read-back", fmt::format("chassis is {}", to_string(wanted)));
            if (wanted == Chassis::off) {
                lane_.soft_off_sent.reset();
                lane_.switched_on.reset();
                remember_switched_on(false);
                tools_.admission.settled(intent_->node);
            }
            tools_.modules.refresh(intent_->node);
            co_return true;
        }
    }
    co_return false;
}

asio::awaitable<Result<void>> Run::bring_to(Chassis wanted, ActionKind kind) {
    const auto what = wanted == Chassis::on ? PowerCommand::on : PowerCommand::off;
    Error last{Fault::timeout, "nothing was tried"};
    for (unsigned attempt = 1; attempt <= tools_.config.power.attempts && !over(); ++attempt) {
        stage("sent", fmt::format("{}, attempt {}", wording(what), attempt));
        if (wanted == Chassis::on) {
            const bool may = co_await admitted();
            if (!may) co_return fail(Fault::cancelled, "power to start with did not come in time");
        }
        const auto sent = co_await command(kind, what);
        // A BMC that did not answer may have switched it on all the same.
        const bool happened = sent || sent.error().fault == Fault::timeout;
        if (!happened && wanted == Chassis::on) tools_.admission.settled(intent_->node);
        if (!sent && (!intent_->rule.empty() || sent.error().fault == Fault::invalid))
            co_return sent;
        stage("verifying", fmt::format("{}, attempt {}", wording(what), attempt));
        const bool there = co_await becomes(wanted);
        if (there) co_return Result<void>{};
        last = sent ? Error{Fault::refused, fmt::format("the BMC accepted {} {} times, but the "
                                                        "chassis is not {}",
                                                        wording(what), attempt, to_string(wanted))}
                    : sent.error();
    }
    co_return tl::unexpected<Error>(last);
}

void Run::stage(std::string name, std::string detail) {
    intent_->stage = std::move(name);
    intent_->detail = std::move(detail);
}

void Run::note(std::string kind, std::string text) {
    if (kind == "incident")
        tools_.journal.audit(chronicle::incident(intent_->node, to_string(intent_->wish), text));
    tools_.journal.note(intent_->node, std::move(kind), std::move(text), intent_->journal_id);
}

void Run::finish(std::string result, std::string detail) {
    if (over()) return;
    ++tools_.fleet.counters().actions[{journal_name(intent_->wish), result}];
    if (result != "ok")
        log::warning("{}: {} {}: {}", intent_->node, to_string(intent_->wish), result, detail);
    if (result == "failed") note("incident", detail);
    intent_->detail = detail;
    intent_->result = result;
    remember_switched_on(false);
    tools_.journal.finish(intent_->journal_id, std::move(result), std::move(detail));
}

void Run::finish_with(const Error& error) {
    if (late()) return finish("expired", error.text);
    finish(intent_->rule.empty() ? "failed" : "refused", error.text);
}

}  // namespace frugald
