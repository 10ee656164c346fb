#include "daemon/engine/guard.h"

#include <doctest/doctest.h>

#include <functional>

using namespace frugald;
using namespace std::chrono_literals;

namespace {

/// A node that Slurm has just given up, everything fresh, in a mode that acts: an off is allowed.
GuardFacts given_up() {
    GuardFacts facts;
    facts.now = Instant::now();
    facts.mode = Mode::enforce;
    facts.managed = true;
    facts.bmc_rounds = 2;
    facts.scheduler_rounds = 2;
    facts.scheduler_configured = true;
    facts.scheduler_age = 1s;
    SchedulerNode node;
    node.name = "n1";
    node.base = NodeBase::idle;
    node.powering_down = true;
    node.state_text = "idle%";
    facts.node = node;
    facts.intent = GuardedIntent{7, 7, facts.now + 10s, false};
    facts.least_cap = Watts{100};
    return facts;
}

/// A sleeping node that Slurm is waking: a cycle is allowed.
GuardFacts waking() {
    GuardFacts facts = given_up();
    facts.node->base = NodeBase::mixed;
    facts.node->powering_down = false;
    facts.node->powering_up = true;
    facts.node->allocated_cpus = 4;
    facts.node->state_text = "mixed#";
    facts.jobs = {42};
    facts.intent->resuming = true;
    return facts;
}

/// Idle and in service: a policy may suspend it.
GuardFacts idle() {
    GuardFacts facts = given_up();
    facts.node->powering_down = false;
    facts.node->state_text = "idle";
    facts.intent.reset();
    return facts;
}

Action hook(ActionKind kind) {
    Action action;
    action.kind = kind;
    action.node = "n1";
    action.actor = Actor::hook;
    return action;
}

Action by(Actor actor, ActionKind kind) {
    Action action = hook(kind);
    action.actor = actor;
    return action;
}

struct Row {
    const char* says;
    Action action;
    GuardFacts facts;
    const char* rule;  // "" is allowed
};

GuardFacts with(GuardFacts facts, const std::function<void(GuardFacts&)>& change) {
    change(facts);
    return facts;
}

void check(const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto verdict = guard(row.action, row.facts);
        CAPTURE(verdict.why);
        CHECK(verdict.rule == row.rule);
        CHECK(verdict.allowed == verdict.rule.empty());
        CHECK(verdict.allowed == verdict.why.empty());
    }
}

using F = GuardFacts;
const Action off = hook(ActionKind::power_off);
const Action on = hook(ActionKind::power_on);
const Action cycle = hook(ActionKind::power_cycle);
const Action admin_off = by(Actor::admin, ActionKind::power_off);
const Action suspend = by(Actor::policy, ActionKind::suspend);

Action accepting_loss(Action action) {
    action.accept_job_loss = true;
    return action;
}

}  // namespace

TEST_CASE("N8: only managed nodes, and never the machines that run the cluster") {
    check({
        {"a managed node may be acted upon", off, given_up(), ""},
        {"an unmanaged one not", off, with(given_up(), [](F& f) { f.managed = false; }), "N8"},
        {"nor by an administrator", admin_off, with(given_up(), [](F& f) { f.managed = false; }),
         "N8"},
        {"not even when he accepts the loss of jobs", accepting_loss(admin_off),
         with(given_up(), [](F& f) { f.managed = false; }), "N8"},
        {"a protected host wins over managed_nodes", on,
         with(given_up(), [](F& f) { f.protected_why = "slurmctld runs on it"; }), "N8"},
    });
}

TEST_CASE("N11: hold, mode, and two polling rounds after the start") {
    const auto held = [](F& f) { f.node_hold = HoldState{"root", "memory swap", {}, {}}; };
    const auto stopped = [](F& f) { f.hold_all = "root: fire drill"; };
    check({
        {"the kill switch stops an off", off, with(given_up(), stopped), "N11"},
        {"and an on", on, with(given_up(), stopped), "N11"},
        {"and an administrator, who can release it", admin_off, with(given_up(), stopped), "N11"},
        {"and the daemon's own release of a cap", by(Actor::daemon, ActionKind::release_cap),
         with(given_up(), stopped), "N11"},
        {"a held node is not suspended", off, with(given_up(), held), "N11"},
        {"nor woken: somebody may have his hands in it", on, with(given_up(), held), "N11"},
        {"its administrator may act", admin_off, with(given_up(), held), ""},
        {"observe does not act", off, with(given_up(), [](F& f) { f.mode = Mode::observe; }),
         "N11"},
        {"advise does not act", on, with(given_up(), [](F& f) { f.mode = Mode::advise; }), "N11"},
        {"guarded acts", off, with(given_up(), [](F& f) { f.mode = Mode::guarded; }), ""},
        {"an administrator acts in any mode", admin_off,
         with(given_up(), [](F& f) { f.mode = Mode::observe; }), ""},
        {"one BMC round is not enough", off, with(given_up(), [](F& f) { f.bmc_rounds = 1; }),
         "N11"},
        {"one reading of Slurm is not enough for an off", off,
         with(given_up(), [](F& f) { f.scheduler_rounds = 1; }), "N11"},
        {"but for an on: it can do no harm", on,
         with(given_up(), [](F& f) { f.scheduler_rounds = 0; }), ""},
        {"the daemon releases its own caps in any mode, and at once",
         by(Actor::daemon, ActionKind::release_cap),
         with(given_up(),
              [](F& f) {
                  f.mode = Mode::observe;
                  f.bmc_rounds = 0;
              }),
         ""},
        {"an administrator need not wait", admin_off,
         with(given_up(), [](F& f) { f.bmc_rounds = 0; }), ""},
        {"a site without Slurm has no rounds of it", hook(ActionKind::release_cap),
         with(given_up(),
              [](F& f) {
                  f.scheduler_configured = false;
                  f.scheduler_rounds = 0;
              }),
         ""},
    });
}

TEST_CASE("N2: no off after a newer resume, nor after its deadline") {
    const auto late = [](F& f) { f.intent->deadline = f.now; };
    check({
        {"an overtaken off", off, with(given_up(), [](F& f) { f.intent->newest = 8; }), "N2"},
        {"an overtaken on", on, with(given_up(), [](F& f) { f.intent->newest = 8; }), "N2"},
        {"an off at its deadline", off, with(given_up(), late), "N2"},
        {"the wall clock alone has reached it", off,
         with(given_up(), [](F& f) { f.now.wall += 1h; }), "N2"},
        {"the steady clock alone has reached it", off,
         with(given_up(), [](F& f) { f.now.steady += 1h; }), "N2"},
        {"a late soft off", hook(ActionKind::power_soft), with(given_up(), late), "N2"},
        {"a late cycle", cycle, with(waking(), late), "N2"},
        {"a late on harms nobody", on, with(given_up(), late), ""},
        {"an off of a node that Slurm is waking", off,
         with(given_up(),
              [](F& f) {
                  f.node->powering_down = false;
                  f.node->powering_up = true;
              }),
         "N2"},
        {"an off of a node that Slurm was asked to wake", off,
         with(given_up(), [](F& f) { f.node->power_up = true; }), "N2"},
    });
}

TEST_CASE("N1: nothing that runs loses its power") {
    const auto change = [](auto what) { return with(given_up(), what); };
    check({
        {"a node with a job", off, change([](F& f) { f.jobs = {42}; }), "N1"},
        {"an allocated node", off, change([](F& f) { f.node->base = NodeBase::allocated; }), "N1"},
        {"a mixed node", off, change([](F& f) { f.node->base = NodeBase::mixed; }), "N1"},
        {"an unknown state is busy", off, change([](F& f) { f.node->base = NodeBase::unknown; }),
         "N1"},
        {"an error state is busy", off, change([](F& f) { f.node->base = NodeBase::error; }), "N1"},
        {"unknown flags are busy", off, change([](F& f) { f.node->unknown_flags = true; }), "N1"},
        {"a completing node", off, change([](F& f) { f.node->completing = true; }), "N1"},
        {"allocated CPUs", off, change([](F& f) { f.node->allocated_cpus = 1; }), "N1"},
        {"a maintenance reservation", off, change([](F& f) { f.node->maint = true; }), "N1"},
        {"a reservation", off, change([](F& f) { f.node->reserved = true; }), "N1"},
        {"a reboot under way", off, change([](F& f) { f.node->reboot = true; }), "N1"},
        {"a node in service", off, idle(), "N1"},
        {"a powered-down node may be switched off again", off, change([](F& f) {
             f.node->powering_down = false;
             f.node->powered_down = true;
         }),
         ""},
        {"a DOWN node may be switched off", off, change([](F& f) {
             f.node->powering_down = false;
             f.node->base = NodeBase::down;
         }),
         ""},
        {"a node that Slurm does not know", off, change([](F& f) { f.node.reset(); }), "N1"},
        {"Slurm was never read", off, change([](F& f) { f.scheduler_age.reset(); }), "N1"},
        {"Slurm's state is 10 s old", off, change([](F& f) { f.scheduler_age = 10s; }), ""},
        {"Slurm's state is older", off, change([](F& f) { f.scheduler_age = 10001ms; }), "N1"},
        {"Slurm did not answer just now", off,
         change([](F& f) { f.scheduler_failure = "slurmctld does not answer"; }), "N1"},
        {"an on needs none of that", on, change([](F& f) {
             f.jobs = {42};
             f.scheduler_failure = "slurmctld does not answer";
         }),
         ""},
    });
}

TEST_CASE("N1: a cycle only inside a resume, an off never inside one") {
    check({
        {"a cycle of a node that is powering up, with its job waiting", cycle, waking(), ""},
        {"an off inside a resume", off, waking(), "N1"},
        {"a soft off inside a resume", hook(ActionKind::power_soft), waking(), "N1"},
        {"a cycle of a node that is in service again", cycle,
         with(waking(), [](F& f) { f.node->powering_up = false; }), "N1"},
        {"a cycle on old news", cycle, with(waking(), [](F& f) { f.scheduler_age = 11s; }), "N1"},
    });
}

TEST_CASE("N1: an administrator may accept the loss, and only he") {
    const auto busy = [](F& f) {
        f.jobs = {42};
        f.node->base = NodeBase::allocated;
    };
    check({
        {"without saying so he is refused", admin_off, with(given_up(), busy), "N1"},
        {"with it he is not", accepting_loss(admin_off), with(given_up(), busy), ""},
        {"a hook cannot say it", accepting_loss(off), with(given_up(), busy), "N1"},
        {"an idle node in service may be switched off by hand", admin_off, idle(), ""},
        {"an unknown node needs it too", admin_off, with(idle(), [](F& f) { f.node.reset(); }),
         "N1"},
        {"a site without Slurm needs it", accepting_loss(admin_off),
         with(idle(),
              [](F& f) {
                  f.node.reset();
                  f.scheduler_age.reset();
              }),
         ""},
        {"a suspend that accepts it may know nothing",
         accepting_loss(by(Actor::admin, ActionKind::suspend)),
         with(idle(), [](F& f) { f.node.reset(); }), ""},
    });
}

TEST_CASE("a suspend leaves alone what Slurm or an administrator has set apart") {
    const auto change = [](auto what) { return with(idle(), what); };
    check({
        {"an idle node", suspend, idle(), ""},
        {"a drained node: it would lose its drain", suspend,
         change([](F& f) { f.node->drain = true; }), "N1"},
        {"a failing node", suspend, change([](F& f) { f.node->fail = true; }), "N1"},
        {"a node in maintenance", suspend, change([](F& f) { f.node->maint = true; }), "N1"},
        {"a reserved node", suspend, change([](F& f) { f.node->reserved = true; }), "N1"},
        {"a rebooting node", suspend, change([](F& f) { f.node->reboot = true; }), "N1"},
        {"a drained node even by an administrator's accepted loss",
         accepting_loss(by(Actor::admin, ActionKind::suspend)),
         change([](F& f) { f.node->drain = true; }), "N1"},
        {"a reserved one likewise", accepting_loss(by(Actor::admin, ActionKind::suspend)),
         change([](F& f) { f.node->reserved = true; }), "N1"},
        {"a node in maintenance likewise", accepting_loss(by(Actor::admin, ActionKind::suspend)),
         change([](F& f) { f.node->maint = true; }), "N1"},
        {"a rebooting one likewise", accepting_loss(by(Actor::admin, ActionKind::suspend)),
         change([](F& f) { f.node->reboot = true; }), "N1"},
        {"a busy node", suspend, change([](F& f) { f.jobs = {1}; }), "N1"},
        {"a DOWN node", suspend, change([](F& f) { f.node->base = NodeBase::down; }), "N1"},
        {"a wake-up is free", by(Actor::policy, ActionKind::wake), idle(), ""},
    });
}

TEST_CASE("N10: policies stay within their budget") {
    const auto used = [](unsigned count, unsigned limit, Mode mode) {
        return with(idle(), [=](F& f) {
            f.offs_lately = count;
            f.offs_allowed = limit;
            f.mode = mode;
        });
    };
    check({
        {"within the budget", suspend, used(1, 2, Mode::guarded), ""},
        {"the budget is used up", suspend, used(2, 2, Mode::guarded), "N10"},
        {"no budget in guarded is none", suspend, used(0, 0, Mode::guarded), "N10"},
        {"no budget in enforce is no limit", suspend, used(1000, 0, Mode::enforce), ""},
        {"a budget in enforce binds", suspend, used(5, 5, Mode::enforce), "N10"},
        {"an administrator has none", by(Actor::admin, ActionKind::suspend),
         used(9, 2, Mode::guarded), ""},
        {"Slurm's own suspends have none", off, given_up(), ""},
    });
}

TEST_CASE("N4, N5: a cap has an end, and is not below the least") {
    Action cap = by(Actor::admin, ActionKind::set_cap);
    cap.cap = Watts{300};
    cap.lease_end = WallTime{} + 1h;
    Action endless = cap;
    endless.lease_end.reset();
    Action empty = cap;
    empty.cap.reset();
    Action low = cap;
    low.cap = Watts{99};
    Action least = cap;
    least.cap = Watts{100};
    check({
        {"with watts and an end", cap, idle(), ""},
        {"without an end", endless, idle(), "N4"},
        {"without watts", empty, idle(), "N4"},
        {"below the least", low, idle(), "N5"},
        {"at the least", least, idle(), ""},
        {"an un-cap needs neither", by(Actor::admin, ActionKind::release_cap), idle(), ""},
    });
}
