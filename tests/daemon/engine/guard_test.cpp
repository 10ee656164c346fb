#include "daemon/engine/guard/guard.h"

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
    const auto hands_off = [](F& f) {
        f.node_hold = HoldState{hands_off_owner, "switched by someone else", {}, {}};
    };
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
        {"the daemon may undo what it did there", by(Actor::daemon, ActionKind::release_cap),
         with(given_up(), held), ""},
        {"a node that someone else has switched is not suspended", off, with(given_up(), hands_off),
         "N11"},
        {"but Slurm may wake it", on, with(waking(), hands_off), ""},
        {"by a cycle too", cycle, with(waking(), hands_off), ""},
        {"no policy may", by(Actor::policy, ActionKind::wake), with(idle(), hands_off), "N11"},
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
        {"on an idle node in service a job may start at any moment", admin_off, idle(), "N1"},
        {"an orderly shutdown gives it a minute for that", by(Actor::admin, ActionKind::power_soft),
         idle(), "N1"},
        {"and so does a cycle", by(Actor::admin, ActionKind::power_cycle), idle(), "N1"},
        {"who accepts the loss need not drain", accepting_loss(admin_off), idle(), ""},
        {"a drained node may be switched off by hand", admin_off,
         with(idle(), [](F& f) { f.node->drain = true; }), ""},
        {"a failing node gets no job either", admin_off,
         with(idle(), [](F& f) { f.node->fail = true; }), ""},
        {"a DOWN node is nobody's", admin_off,
         with(idle(), [](F& f) { f.node->base = NodeBase::down; }), ""},
        {"a drained node that still has a job", admin_off,
         with(given_up(),
              [](F& f) {
                  f.jobs = {42};
                  f.node->drain = true;
              }),
         "N1"},
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
        {"a reservation in use, whatever the node's flags say", suspend,
         change([](F& f) { f.reservation = "works"; }), "N1"},
        {"a node in maintenance likewise", accepting_loss(by(Actor::admin, ActionKind::suspend)),
         change([](F& f) { f.node->maint = true; }), "N1"},
        {"a rebooting one likewise", accepting_loss(by(Actor::admin, ActionKind::suspend)),
         change([](F& f) { f.node->reboot = true; }), "N1"},
        {"a busy node", suspend, change([](F& f) { f.jobs = {1}; }), "N1"},
        {"a DOWN node", suspend, change([](F& f) { f.node->base = NodeBase::down; }), "N1"},
        {"a wake-up is free", by(Actor::policy, ActionKind::wake), idle(), ""},
    });
}

TEST_CASE("N10: policies stay within every budget") {
    const auto used = [](unsigned count, unsigned limit) {
        return with(idle(), [=](F& f) {
            f.budgets = {{"all nodes", "suspended in the last 10 min", count, limit}};
        });
    };
    const auto second = [](F& f) {
        f.budgets = {{"all nodes", "suspended in the last 10 min", 0, 9},
                     {"gpu", "suspended in the last 24 h", 3, 3}};
    };
    check({
        {"within the budget", suspend, used(1, 2), ""},
        {"the budget is used up", suspend, used(2, 2), "N10"},
        {"a budget of nothing", suspend, used(0, 0), "N10"},
        {"the most restrictive counts", suspend, with(idle(), second), "N10"},
        {"an administrator has none", by(Actor::admin, ActionKind::suspend), used(9, 2), ""},
        {"Slurm's own suspends have none", off,
         with(given_up(),
              [](F& f) {
                  f.budgets = {{"all nodes", "x", 1, 1}};
              }),
         ""},
    });
}

TEST_CASE("N3: no level of the power tree is raised above its limit") {
    const auto feed = [](double expected) {
        return with(waking(), [=](F& f) {
            f.feeds = {{"row-a", Watts{100}, Watts{9000}, 100},
                       {"pdu-1", Watts{expected}, Watts{900}, 100}};
        });
    };
    check({
        {"it fits", on, feed(900), ""},
        {"it does not", on, feed(900.1), "N3"},
        {"nor for an administrator: a breaker knows no rank",
         by(Actor::admin, ActionKind::power_on), feed(901), "N3"},
        {"the end of a limit raises power too", by(Actor::admin, ActionKind::release_cap),
         feed(901), "N3"},
        {"and asking Slurm to wake", by(Actor::policy, ActionKind::wake), feed(901), "N3"},
        {"an off lowers it", accepting_loss(admin_off), feed(901), ""},
    });
}

TEST_CASE("N7: power is not raised blindly, and little is done when little is known") {
    const auto known = [](unsigned there, unsigned all) {
        return with(waking(), [=](F& f) {
            f.feeds = {{"pdu-1", Watts{100}, Watts{900}, there}};
            f.fresh_percent = all;
        });
    };
    const auto fleet = [](unsigned all) {
        return with(given_up(), [=](F& f) { f.fresh_percent = all; });
    };
    check({
        {"80 % of the feed are enough", on, known(80, 100), ""},
        {"79 % not", on, known(79, 100), "N7"},
        {"an administrator sees for himself", by(Actor::admin, ActionKind::power_on), known(10, 10),
         ""},
        {"the daemon's own release of a lease neither", by(Actor::daemon, ActionKind::release_cap),
         known(10, 10), ""},
        {"a policy's un-cap is a raise", by(Actor::policy, ActionKind::release_cap), known(79, 100),
         "N7"},
        {"20 % unknown stop policies", suspend, with(idle(), [](F& f) { f.fresh_percent = 79; }),
         "N7"},
        {"not the hooks", off, fleet(79), ""},
        {"45 % unknown stop every off", off, fleet(54), "N7"},
        {"up to 45 %, Slurm's are carried out", off, fleet(55), ""},
        {"an orderly one too", hook(ActionKind::power_soft), fleet(54), "N7"},
        {"nodes fail on: a wake-up goes on", on, fleet(10), ""},
    });
}

TEST_CASE("N9: nothing is done to another machine, and nobody can force it") {
    const auto swapped = [](F& f) { f.identity = "n1: its BMC has the GUID 7, it used to be 8"; };
    check({
        {"an off", off, with(given_up(), swapped), "N9"},
        {"an on", on, with(waking(), swapped), "N9"},
        {"an administrator", admin_off, with(given_up(), swapped), "N9"},
        {"nor with the loss of jobs accepted", accepting_loss(admin_off), with(given_up(), swapped),
         "N9"},
        {"nor the daemon", by(Actor::daemon, ActionKind::release_cap), with(idle(), swapped), "N9"},
    });
}

TEST_CASE("N11: plans, demotion, windows") {
    const auto advise = [](bool approved) {
        return with(idle(), [=](F& f) {
            f.mode = Mode::advise;
            f.approved = approved;
        });
    };
    const auto demoted = [](F& f) { f.demoted = "3 failed resumes within 60 min"; };
    const auto closed = [](F& f) { f.closed_window = "outside of the window nights"; };
    const auto observe = [](F& f) {
        f.mode = Mode::observe;
        f.approved = true;
    };
    check({
        {"a plan waits", suspend, advise(false), "N11"},
        {"until it is approved", suspend, advise(true), ""},
        {"observe does not act on approval either", suspend, with(idle(), observe), "N11"},
        {"demoted: nothing is switched off", off, with(given_up(), demoted), "N11"},
        {"but woken: nodes fail on", on, with(waking(), demoted), ""},
        {"and cycled inside a resume", cycle, with(waking(), demoted), ""},
        {"an administrator is not demoted", admin_off, with(given_up(), demoted), ""},
        {"outside of its window a policy rests", suspend, with(idle(), closed), "N11"},
        {"Slurm does not", off, with(given_up(), closed), ""},
    });
}

TEST_CASE("N5: the nodes of a job have one limit, and it changes rarely") {
    Action cap = by(Actor::admin, ActionKind::set_cap);
    cap.actor_name = "uid 0 (root)";
    cap.cap = Watts{300};
    cap.lease_end = WallTime{} + 1h;
    Action again = cap;
    again.actor = Actor::daemon;
    const auto uneven = [](F& f) { f.shared_jobs.uneven = "job 7 also runs on n2"; };
    const auto changed = [](std::chrono::seconds ago) {
        return with(idle(), [=](F& f) { f.shared_jobs.since_change = ago; });
    };
    check({
        {"a node of its own", cap, idle(), ""},
        {"one of several", cap, with(idle(), uneven), "N5"},
        {"nor may one be released alone", by(Actor::policy, ActionKind::release_cap),
         with(idle(), uneven), "N5"},
        {"what ends a lease is not held up", by(Actor::daemon, ActionKind::release_cap),
         with(idle(), uneven), ""},
        {"but a lost limit is not set again where the job's others have none", again,
         with(idle(), uneven), "N5"},
        {"and is where they have it, however lately it was changed", again, changed(1s), ""},
        {"changed four minutes ago", cap, changed(299s), "N5"},
        {"five minutes ago", cap, changed(300s), ""},
        {"an off is no change of a limit", off, with(given_up(), uneven), ""},
    });
}

TEST_CASE("N4, N5: a cap has an end, and is not below the least") {
    Action cap = by(Actor::admin, ActionKind::set_cap);
    cap.actor_name = "uid 0 (root)";
    cap.cap = Watts{300};
    cap.lease_end = WallTime{} + 1h;
    Action nobodys = cap;
    nobodys.actor_name.clear();
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
        {"without an owner", nobodys, idle(), "N4"},
        {"below the least", low, idle(), "N5"},
        {"at the least", least, idle(), ""},
        {"an un-cap needs neither", by(Actor::admin, ActionKind::release_cap), idle(), ""},
    });
}
