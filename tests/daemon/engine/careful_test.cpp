// What keeps the engine careful: identity, quarantine, modes by hand, plans, the reconciler, limits
// of jobs, and the power tree.

#include "tests/daemon/engine/rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;

namespace {

using Kind = Outcome::Kind;
const Caller root{0, 1, "uid 0 (root)"};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

PowerModel model(double off, double idle, double full, double boot) {
    return {Watts{off}, Watts{idle}, Watts{full}, Watts{boot}, 60s};
}

/// n1 to n3 behind one breaker that bears one boot at a time.
void narrow_breaker(Config& config) {
    config.models = {{"n1", model(5, 100, 300, 400)},
                     {"n2", model(5, 100, 300, 400)},
                     {"n3", model(5, 100, 300, 400)}};
    PowerFeed feed{"breaker", "", Watts{700}, {}, {"n1", "n2", "n3"}, 0ms};
    config.feeds = {feed};
}

}  // namespace

TEST_CASE("N9: a BMC that is another than before is left alone until it is accepted") {
    Rig rig{[](Config& config) { config.daemon.housekeeping_interval = 10ms; }};
    rig.cluster->machines["n1"].guid = "aa";
    REQUIRE(rig.until([&] { return rig.engine->identities().pinned("n1") == "aa"; }));
    rig.cluster->machines["n1"].guid = "bb";
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.result("n1") == "refused");
    CHECK(rig.sent("off n1") == 0);
    CHECK(contains(rig.noted("n1", "refused"), "N9"));
    const auto accepted = rig.wait_for(rig.control->accept_bmc(root, {{"n1"}, "new board"}));
    CHECK(accepted.front().kind == Kind::done);
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return rig.cluster->machines["n1"].chassis == Chassis::off; }));
}

TEST_CASE("N9: two nodes whose BMCs are one are both left alone, also after a restart") {
    Rig rig{[](Config& config) { config.daemon.housekeeping_interval = 10ms; }};
    rig.cluster->machines["n1"].guid = rig.cluster->machines["n2"].guid = "cc";
    REQUIRE(rig.until([&] { return contains(rig.noted("n1", "incident"), "same GUID"); }));
    for (const char* node : {"n1", "n2"}) {
        rig.suspend(node);
        REQUIRE(rig.until([&] { return rig.idle(node); }));
        CHECK(rig.result(node) == "refused");
    }
    rig.cluster->machines["n2"].guid = "dd";  // corrected: n1 is learnt in the session it has
    ++rig.cluster->machines["n2"].session;
    CHECK(rig.until([&] { return rig.engine->identities().pinned("n1") == "cc"; }));
    CHECK(rig.until([&] { return rig.engine->identities().pinned("n2") == "dd"; }));
}

TEST_CASE("N9: a board that was another node's is not learnt by itself, but moves when accepted") {
    Rig rig{[](Config& config) { config.daemon.housekeeping_interval = 10ms; }};
    rig.cluster->machines["n1"].guid = "aa";
    rig.cluster->machines["n2"].guid = "";
    REQUIRE(rig.until([&] { return rig.engine->identities().pinned("n1") == "aa"; }));
    rig.cluster->machines["n1"].guid = "";  // its BMC is silent when the daemon starts again
    rig.cluster->machines["n2"].guid = "aa";
    rig.stop();
    rig.start();
    REQUIRE(rig.until([&] { return contains(rig.noted("n2", "incident"), "that n1 had"); }));
    CHECK(rig.engine->identities().pinned("n2").empty());
    const auto accepted = rig.wait_for(rig.control->accept_bmc(root, {{"n2"}, "moved"}));
    CHECK(accepted.front().kind == Kind::done);
    CHECK(rig.engine->identities().problem("n2").empty());
    CHECK(rig.engine->identities().pinned("n1").empty());
}

TEST_CASE("two boots in a row that fail: the node is held and drained") {
    Rig rig;
    rig.cluster->machines["n1"].chassis = Chassis::off;
    rig.cluster->machines["n1"].boots = false;
    rig.cluster->resume_timeout = 1s;
    rig.run_for(100ms);
    for (int boot = 0; boot < 2; ++boot) {
        rig.resume("n1");
        REQUIRE(rig.until([&] { return rig.idle("n1"); }));
        CHECK(rig.result("n1") == "failed");
    }
    REQUIRE(rig.until([&] { return !rig.cluster->asked_of_slurm.empty(); }));
    CHECK(contains(rig.cluster->asked_of_slurm.back(), "n1: frugald: 2 boots in a row failed"));
    CHECK(rig.engine->holds().node("n1").has_value());
    CHECK(contains(rig.noted("n1", "incident"), "quarantined"));
}

TEST_CASE("mode observe by hand is a kill switch, survives a restart, and ends by hand") {
    Rig rig;
    rig.wait_for(rig.control->mode(root, {Mode::observe, "", std::nullopt, "drill"}));
    rig.stop();
    rig.start();
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return !rig.noted("n1", "refused").empty(); }));
    CHECK(contains(rig.noted("n1", "refused"), "mode observe does not act"));
    CHECK(rig.sent("off n1") == 0);
    CHECK(rig.wait_for(rig.control->mode(root, {std::nullopt, "", std::nullopt, "over"})) ==
          "enforce");
    REQUIRE(rig.until([&] { return rig.sent("off n1") == 1; }));
}

TEST_CASE("failed resumes demote frugald: it switches nothing off, but wakes nodes") {
    Rig rig;
    rig.engine->modes().demote("3 failed resumes within 60 min");
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return !rig.noted("n1", "refused").empty(); }));
    CHECK(contains(rig.noted("n1", "refused"), "demoted itself"));
    rig.cluster->machines["n2"].chassis = Chassis::off;
    rig.resume("n2");
    REQUIRE(rig.until([&] { return rig.sent("on n2") == 1; }));
}

TEST_CASE("mode advise: a plan waits for approval, and what is not done is reckoned up") {
    Rig rig{[](Config& config) {
        config.guard.modes.front().mode = Mode::advise;
        config.idle.enabled = true;
        config.idle.idle_for = 0s;
        config.idle.spare_nodes = 2;
    }};
    const auto plans = [&] { return rig.wait_for(rig.control->plan()); };
    REQUIRE(rig.until([&] { return !plans().plans.empty(); }));
    const auto waiting = plans();
    CHECK(waiting.plans.size() == 1);
    CHECK(waiting.shadow.suspends == 1);
    CHECK(rig.cluster->asked_of_slurm.empty());
    const auto wrong = rig.wait_for(rig.control->approve(root, {{99}, "yes"}));
    CHECK(wrong.front().kind == Kind::failed);
    const auto done = rig.wait_for(rig.control->approve(root, {{waiting.plans.front().id}, "yes"}));
    CHECK(done.front().kind == Kind::done);
    CHECK(rig.cluster->asked_of_slurm.size() == 1);
    CHECK(contains(rig.cluster->asked_of_slurm.front(), "approved: yes"));
    // Slurm's hook comes back for the power: that is part of what was approved, and no more.
    const auto approved = waiting.plans.front().node;
    const std::string other = approved == "n1" ? "n2" : "n1";
    rig.suspend(approved);
    rig.suspend(other);
    REQUIRE(rig.until([&] { return rig.sent("off " + approved) == 1; }));
    REQUIRE(rig.until([&] { return !rig.noted(other, "refused").empty(); }));
    CHECK(rig.sent("off " + other) == 0);
}

TEST_CASE("N3: nodes start one after another as the breaker bears them, and none is lost") {
    Rig rig{narrow_breaker};
    for (const char* node : {"n1", "n2", "n3"}) rig.cluster->machines[node].chassis = Chassis::off;
    rig.cluster->source()->refresh("n1");
    rig.cluster->source()->refresh("n2");
    rig.cluster->source()->refresh("n3");
    for (const char* node : {"n1", "n2", "n3"}) {
        rig.cluster->machines[node].boots = false;
        rig.resume(node);
    }
    REQUIRE(rig.until([&] { return !rig.cluster->sent.empty(); }));
    rig.run_for(300ms);
    CHECK(rig.cluster->sent.size() == 1);
    CHECK(rig.engine->admission().waiting() == 2);
    CHECK(contains(rig.noted("n2", "incident") + rig.noted("n3", "incident"), "ResumeRate"));
}

TEST_CASE("N3: while measurements contradict each other the larger one counts") {
    asio::io_context loop;
    Tasks tasks{loop};
    Config config;
    narrow_breaker(config);
    const Fleet fleet{60s};
    Admission admission{tasks, config, fleet};
    const auto expected = [&] {
        const auto feeds = admission.feeds("n1", ActionKind::power_on, {steady_now(), {}});
        REQUIRE(feeds.size() == 1);
        return feeds.front().expected.value;
    };
    CHECK(expected() == 400 + 300 + 300);  // nothing is known of any: a boot, two at their most
    admission.configured();                // forgets the sum
    admission.count_besides({{"breaker", Watts{250}}, {"another", Watts{999}}});
    CHECK(expected() == 400 + 300 + 300 + 250);
}

TEST_CASE("N5: the nodes of a job are limited together or not at all") {
    Rig rig;
    SchedulerJob job;
    job.id = 7;
    job.state = JobState::running;
    job.nodes = {"n1", "n2"};
    rig.cluster->jobs = {job};
    rig.run_for(200ms);
    const auto cap = [&](std::vector<std::string> nodes, std::optional<double> watts) {
        const auto limit = watts ? std::optional{Watts{*watts}} : std::nullopt;
        return rig.wait_for(rig.control->cap(root, {std::move(nodes), limit, 900s, "peak"}));
    };
    SUBCASE("one of them alone is refused") {
        const auto outcome = cap({"n1"}, 300).front();
        CHECK(outcome.kind == Kind::refused);
        CHECK(outcome.rule == "N5");
        CHECK(contains(outcome.text, "job 7 also runs on n2"));
        CHECK(rig.sent("cap n1 300") == 0);
    }
    SUBCASE("nor any while Slurm cannot be asked what runs where") {
        rig.cluster->slurm_away = true;
        const auto outcome = cap({"n3"}, 300).front();
        CHECK(outcome.rule == "N5");
        CHECK(contains(outcome.text, "which jobs run there is not known"));
        CHECK(rig.sent("cap n3 300") == 0);
    }
    SUBCASE("but all limits together may be released then") {
        for (const auto& outcome : cap({"n1", "n2", "n3"}, 300)) CHECK(outcome.kind == Kind::done);
        rig.cluster->jobs.clear();
        rig.cluster->slurm_away = true;
        CHECK(cap({"n3"}, std::nullopt).front().rule == "N5");
        for (const auto& outcome : cap({"n1", "n2", "n3"}, std::nullopt))
            CHECK(outcome.kind == Kind::done);
    }
    SUBCASE("all of them are limited, once in five minutes") {
        for (const auto& outcome : cap({"n1", "n2", "n3"}, 300)) CHECK(outcome.kind == Kind::done);
        CHECK(cap({"n1", "n2"}, 250).front().rule == "N5");
        CHECK(cap({"n3"}, 250).front().kind == Kind::done);
    }
    SUBCASE("what one refuses is taken back from the other") {
        rig.cluster->machines["n2"].refuses_caps = true;
        const auto outcomes = cap({"n1", "n2"}, 300);
        CHECK(outcomes[0].kind == Kind::failed);
        CHECK(contains(outcomes[0].text, "taken back"));
        CHECK(outcomes[1].kind == Kind::failed);
        CHECK_FALSE(rig.cluster->machines["n1"].cap.active);
    }
    SUBCASE("a limit that one BMC silently raises is taken back from all") {
        rig.cluster->machines["n2"].lowest_cap = 350;
        for (const auto& outcome : cap({"n1", "n2"}, 300)) CHECK(outcome.kind == Kind::failed);
        CHECK_FALSE(rig.cluster->machines["n1"].cap.active);
        CHECK_FALSE(rig.cluster->machines["n2"].cap.active);
    }
}

TEST_CASE("H2: a node that somebody else has switched is held, but Slurm may wake it") {
    Rig rig;
    rig.run_for(100ms);
    rig.cluster->machines["n1"].chassis = Chassis::off;
    rig.cluster->source()->refresh("n1");
    REQUIRE(rig.until([&] { return rig.engine->holds().node("n1").has_value(); }));
    CHECK(rig.engine->holds().node("n1")->owner == hands_off_owner);
    CHECK(contains(rig.noted("n1", "external"), "switched off by someone else"));
    rig.resume("n1");
    REQUIRE(rig.until([&] { return rig.sent("on n1") == 1; }));
}

TEST_CASE("frugald's own switching is nobody else's, however late a poll shows it") {
    Rig rig;
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return rig.idle("n1"); }));
    rig.run_for(100ms);
    CHECK(rig.noted("n1", "external").empty());
    CHECK_FALSE(rig.engine->holds().node("n1").has_value());
}

TEST_CASE("every command is in the audit before it is sent, and its answer after") {
    Rig rig;
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return rig.idle("n1"); }));
    rig.wait_for(rig.flushed());
    const auto rows = rig.store->audit({{"n1"}, {}, 0, 100, false});
    REQUIRE(rows);
    std::string kinds;
    for (const auto& row : *rows) {
        const auto at = row.line.find("\"kind\":\"") + 8;
        kinds += row.line.substr(at, row.line.find('"', at) - at) + " ";
    }
    CHECK(kinds == "hook command answer read_back ");
}
