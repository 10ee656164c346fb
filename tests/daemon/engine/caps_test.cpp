#include "daemon/engine/caps.h"

#include "tests/daemon/engine/rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;
using Kind = Outcome::Kind;

namespace {

const Caller root{0, 1, "uid 0 (root)"};

struct CapRig : Rig {
    Outcome limit(double watts, const std::string& node = "n1") {
        CapRequest request;
        request.nodes = {node};
        request.limit = Watts{watts};
        request.lease = 600s;
        request.reason = "test";
        return wait_for(control->cap(root, request)).front();
    }
    SmallCluster::Machine& machine(const std::string& node = "n1") {
        return cluster->machines[node];
    }
    CapState state(const std::string& node = "n1") {
        const auto state = engine->caps().state(node);
        REQUIRE(state);
        return *state;
    }
    bool becomes(CapCondition condition, const std::string& node = "n1") {
        return until([&] {
            const auto now = engine->caps().state(node);
            return now && now->condition == condition;
        });
    }
    /// New readings of the node come in until something holds.
    bool reading_until(const std::function<bool()>& holds) {
        return until([&] {
            cluster->refresh("n1");
            return holds();
        });
    }
};

bool contains(const std::string& text, const std::string& what) {
    INFO(text);
    return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("N6: asked for 500 W, the BMC says 556 W: told so, and 556 W is what is in force") {
    CapRig rig;
    rig.machine().lowest_cap = 556;
    const Outcome outcome = rig.limit(500);
    CHECK(outcome.kind == Kind::failed);
    CHECK(contains(outcome.text, "asked for 500 W, the BMC says 556 W"));
    const CapState state = rig.state();
    CHECK(state.limit == Watts{556});
    CHECK(state.asked == Watts{500});
    CHECK(state.active);
    CHECK(state.condition == CapCondition::in_force);
    CHECK(contains(state.detail, "the BMC says 556 W"));
    CHECK(rig.until([&] {
        const auto& shown = rig.engine->picture()->nodes.at("n1").cap;
        return shown && shown->limit == Watts{556};
    }));
    CHECK(contains(rig.noted("n1", "command"), "before: 0 W, not active"));
}

TEST_CASE("N9: a board that is exchanged after the guard was asked gets no limit") {
    CapRig rig;
    rig.machine().guid = "aa";
    rig.engine->identities().look({"n1"});
    REQUIRE(rig.engine->identities().pinned("n1") == "aa");
    rig.machine().while_cap_is_read = [&] { rig.machine().guid = "bb"; };
    const Outcome outcome = rig.limit(500);
    CHECK(outcome.kind == Kind::refused);
    CHECK(outcome.rule == "N9");
    CHECK(rig.cluster->sent.empty());
    CHECK_FALSE(rig.engine->caps().state("n1").has_value());
    CHECK(contains(rig.noted("n1", "refused"), "cap refused by N9"));
}

TEST_CASE("N4: a limit that is about to be set when frugald stops is not left behind") {
    bool asked = false, stopped = false;  // looked at until the rig has stopped
    CapRig rig;
    const auto stop = [](Engine& engine, bool& done) -> asio::awaitable<void> {
        co_await engine.stop();
        done = true;
    };
    rig.machine().while_cap_is_read = [&] {
        if (!std::exchange(asked, true))
            asio::co_spawn(rig.loop, stop(*rig.engine, stopped), asio::detached);
    };
    const Outcome outcome = rig.limit(300);
    CHECK(outcome.kind == Kind::failed);
    CHECK(contains(outcome.text, "frugald stops"));
    CHECK(rig.until([&] { return stopped; }));
    CHECK(rig.cluster->sent.empty());
    rig.control.reset();
    rig.engine.reset();
    rig.store.reset();
}

TEST_CASE("N6: two refusals make a node not cappable, for policies, until it takes a limit") {
    CapRig rig;
    rig.machine().refuses_caps = true;
    CHECK(rig.limit(300).kind == Kind::failed);
    CHECK_FALSE(rig.engine->caps().state("n1"));
    CHECK(contains(rig.limit(300).text, "not cappable"));
    CHECK(rig.state().condition == CapCondition::not_cappable);
    CHECK_FALSE(rig.state().active);
    CHECK(rig.engine->caps().capped().empty());
    CHECK(contains(rig.noted("n1", "cap"), "counts at its maximum"));
    rig.machine().watts = 420;
    CHECK(rig.reading_until([&] { return rig.state().maximum == Watts{420}; }));

    Action action;
    action.kind = ActionKind::set_cap;
    action.node = "n1";
    action.actor = Actor::policy;
    action.actor_name = "peak";
    action.cap = Watts{300};
    action.lease_end = Instant::now().wall + 60s;
    rig.run_for(200ms);
    const Outcome by_policy = rig.wait_for(rig.engine->cap_batch().change({action}, false)).front();
    CHECK(by_policy.kind == Kind::refused);
    CHECK(by_policy.rule == "N6");

    rig.machine().refuses_caps = false;
    CHECK(rig.limit(300).kind == Kind::done);
    CHECK(rig.state().condition == CapCondition::in_force);
    CHECK(contains(rig.noted("n1", "cap"), "takes limits again"));
}

TEST_CASE("N6: silence is no refusal, and what was accepted unseen stays leased") {
    CapRig rig;
    rig.machine().silent = true;
    for (int i = 0; i < 3; ++i) CHECK(rig.limit(300).kind == Kind::failed);
    CHECK_FALSE(rig.engine->caps().state("n1"));
}

TEST_CASE("a refused change leaves the older limit in force, and recorded as it is") {
    CapRig rig;
    REQUIRE(rig.limit(300).kind == Kind::done);
    rig.machine().refuses_caps = true;
    CHECK(rig.limit(200).kind == Kind::failed);
    CHECK(rig.state().limit == Watts{300});
    CHECK(rig.state().active);
}

TEST_CASE("a limit of somebody else's does not become ours by a refused change") {
    CapRig rig;
    rig.machine().cap.active = true;
    rig.machine().cap.limit = Watts{400};
    rig.machine().refuses_caps = true;
    CHECK(rig.limit(300).kind == Kind::failed);
    CHECK_FALSE(rig.engine->caps().state("n1"));
    CHECK(contains(rig.noted("n1", "command"), "before: 400 W, active"));
    rig.stop();
    CHECK(rig.machine().cap.active);
    rig.start();
}

TEST_CASE("a node that draws more than its limit is shown as not obeying, until it obeys") {
    CapRig rig;
    REQUIRE(rig.limit(300).kind == Kind::done);
    rig.machine().watts = 400;
    CHECK(rig.reading_until([&] { return rig.state().condition == CapCondition::not_obeyed; }));
    CHECK(contains(rig.state().detail, "400 W under a limit of 300 W"));
    CHECK(rig.state().active);
    CHECK(contains(rig.noted("n1", "cap"), "not obeyed"));
    rig.machine().watts = 290;
    CHECK(rig.reading_until([&] { return rig.state().condition == CapCondition::in_force; }));
    CHECK(contains(rig.noted("n1", "cap"), "obeyed again"));
}

TEST_CASE("a BMC that has restarted and forgot its limit is given it again") {
    CapRig rig;
    REQUIRE(rig.limit(300).kind == Kind::done);
    rig.machine().cap.active = false;
    rig.run_for(1500ms);
    CHECK_FALSE(rig.machine().cap.active);  // not asked every second
    SUBCASE("it has another session") { rig.machine().session = 2; }
    SUBCASE("the node was off and is on") {
        rig.machine().chassis = Chassis::off;
        rig.cluster->refresh("n1");
        rig.run_for(1500ms);
        rig.machine().chassis = Chassis::on;
        rig.cluster->refresh("n1");
    }
    CHECK(rig.until([&] { return rig.machine().cap.active; }));
    CHECK(rig.machine().cap.limit == Watts{300});
    CHECK(rig.becomes(CapCondition::in_force));
}

TEST_CASE("N5: a limit that is gone is not set again under a job whose other nodes have none") {
    CapRig rig;
    REQUIRE(rig.limit(300).kind == Kind::done);
    bool alone = true;
    SUBCASE("the other has none") {}
    SUBCASE("the other has another") { REQUIRE(rig.limit(250, "n2").kind == Kind::done); }
    SUBCASE("the other has the same") {
        REQUIRE(rig.limit(300, "n2").kind == Kind::done);
        alone = false;
    }
    rig.cluster->jobs = {{7, JobState::running, "batch", {"n1", "n2"}, {}, {}}};
    rig.machine().cap.active = false;
    rig.machine().session = 2;
    CHECK(rig.becomes(alone ? CapCondition::lost : CapCondition::in_force));
    CHECK(rig.until([&] { return rig.machine().cap.active != alone; }));
    if (alone) CHECK(contains(rig.state().detail, "job 7 also runs on n2"));
}

TEST_CASE("a limit that is gone and cannot be set again is lost, which is told") {
    CapRig rig;
    REQUIRE(rig.limit(300).kind == Kind::done);
    rig.machine().cap.active = false;
    rig.machine().session = 2;
    SUBCASE("the BMC refuses") { rig.machine().refuses_caps = true; }
    SUBCASE("everything is held") {
        HoldRequest hold;
        hold.reason = "drill";
        rig.wait_for(rig.control->hold(root, hold));
    }
    CHECK(rig.becomes(CapCondition::lost));
    CHECK_FALSE(rig.state().active);
    CHECK(contains(rig.noted("n1", "cap"), "does not show the limit of 300 W any more"));
}

TEST_CASE("N4: after a crash a leased limit is unconfirmed until the BMC has shown it") {
    CapRig rig;
    REQUIRE(rig.limit(300).kind == Kind::done);
    rig.wait_for(rig.flushed());
    const auto kept = *rig.store->all(Caps::space);
    Caps again{rig.engine->tools()};
    again.load(kept);
    CHECK(again.state("n1")->condition == CapCondition::unconfirmed);
    CHECK(again.state("n1")->limit == Watts{300});
    auto watch = [](Caps& caps, std::shared_ptr<const Snapshot> picture) -> asio::awaitable<bool> {
        co_await caps.watch(picture);
        co_return true;
    };
    rig.run_for(200ms);
    rig.wait_for(watch(again, rig.engine->picture()));
    CHECK(again.state("n1")->condition == CapCondition::in_force);
    CHECK(again.state("n1")->owner == "uid 0 (root)");
}
