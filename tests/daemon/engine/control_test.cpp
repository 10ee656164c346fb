// What administrators ask of the engine: power, caps, holds, why; and what policies propose.

#include "tests/daemon/engine/rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;

namespace {

const Caller root{0, 1, "uid 0 (root)"};
using Kind = Outcome::Kind;

PowerRequest power(ActionKind kind, std::vector<std::string> nodes) {
    PowerRequest request;
    request.kind = kind;
    request.nodes = std::move(nodes);
    request.reason = "test";
    return request;
}

CapRequest cap(const std::string& node, double watts, std::chrono::seconds lease = 1h) {
    CapRequest request;
    request.nodes = {node};
    request.limit = Watts{watts};
    request.lease = lease;
    request.reason = "test";
    return request;
}

bool tells(const Why& why, const std::string& text) {
    const auto has = [&text](const std::string& line) { return line.find(text) != line.npos; };
    const auto in_story = [&has](const StoryLine& line) { return has(line.text); };
    return std::any_of(why.now.begin(), why.now.end(), has) ||
           std::any_of(why.story.begin(), why.story.end(), in_story);
}

}  // namespace

TEST_CASE("power by hand: done, verified, and held for an hour") {
    Rig rig;
    for (const char* node : {"n1", "n2"}) rig.cluster->machines[node].slurm.drain = true;
    rig.run_for(200ms);
    auto done = rig.wait_for(rig.control->power(root, power(ActionKind::power_off, {"n1", "n2"})));
    REQUIRE(done.size() == 2);
    CHECK(done[0].kind == Kind::done);
    CHECK(rig.cluster->machines["n1"].chassis == Chassis::off);
    CHECK(rig.engine->holds().node("n1").has_value());
    done = rig.wait_for(rig.control->power(root, power(ActionKind::power_on, {"n1"})));
    CHECK(done[0].kind == Kind::done);
    CHECK(rig.cluster->machines["n1"].chassis == Chassis::on);
    CHECK(rig.result("n1") == "ok");
}

TEST_CASE("a dry run sends nothing; a busy node needs the loss of its jobs accepted") {
    Rig rig;
    rig.cluster->machines["n1"].slurm.drain = true;
    rig.run_for(200ms);
    auto request = power(ActionKind::power_off, {"n1"});
    request.dry_run = true;
    auto done = rig.wait_for(rig.control->power(root, request));
    CHECK(done[0].kind == Kind::planned);
    rig.cluster->jobs = {{42, JobState::running, "batch", {"n1"}, {}, {}}};
    request.dry_run = false;
    done = rig.wait_for(rig.control->power(root, request));
    CHECK(done[0].kind == Kind::refused);
    CHECK(done[0].rule == "N1");
    CHECK(done[0].text.find("42") != std::string::npos);
    CHECK(rig.cluster->sent.empty());
    request.accept_job_loss = true;
    done = rig.wait_for(rig.control->power(root, request));
    CHECK(done[0].kind == Kind::done);
    CHECK(rig.cluster->sent == std::vector<std::string>{"off n1"});
}

TEST_CASE("an unmanaged or unknown node is refused even by hand") {
    Rig rig{[](Config& config) { config.managed_nodes = {"n2"}; }};
    const auto done =
        rig.wait_for(rig.control->power(root, power(ActionKind::power_on, {"n1", "x"})));
    CHECK(done[0].rule == "N8");
    CHECK(done[1].rule == "N8");
    CHECK(rig.cluster->sent.empty());
}

TEST_CASE("a cap is set, read back, leased, and released when the lease ends") {
    Rig rig;
    auto done = rig.wait_for(rig.control->cap(root, cap("n1", 300, 2s)));
    REQUIRE(done[0].kind == Kind::done);
    CHECK(rig.cluster->machines["n1"].cap.active);
    CHECK(rig.engine->caps().state("n1")->limit == Watts{300});
    CHECK(rig.until([&] { return !rig.cluster->machines["n1"].cap.active; }));
    CHECK(rig.until([&] { return !rig.engine->caps().state("n1").has_value(); }));
    CHECK(rig.cluster->sent == std::vector<std::string>{"cap n1 300", "uncap n1"});
}

TEST_CASE("N6: a limit that the BMC raised silently is not believed, and stays leased") {
    Rig rig;
    rig.cluster->machines["n1"].lowest_cap = 350;
    const auto done = rig.wait_for(rig.control->cap(root, cap("n1", 300)));
    CHECK(done[0].kind == Kind::failed);
    CHECK(done[0].text.find("350") != std::string::npos);
    CHECK(rig.engine->caps().state("n1").has_value());
}

TEST_CASE("N4: caps survive a crash as leases, and are released by an orderly stop") {
    Rig rig;
    REQUIRE(rig.wait_for(rig.control->cap(root, cap("n1", 300)))[0].kind == Kind::done);
    rig.stop();
    CHECK_FALSE(rig.cluster->machines["n1"].cap.active);
    rig.start();
    CHECK(rig.engine->caps().capped().empty());
}

TEST_CASE("N5: below the least cap is refused; a release needs no lease") {
    Rig rig;
    CHECK(rig.wait_for(rig.control->cap(root, cap("n1", 50)))[0].rule == "N5");
    CapRequest release;
    release.nodes = {"n1"};
    CHECK(rig.wait_for(rig.control->cap(root, release))[0].kind == Kind::done);
}

TEST_CASE("holds stop everything or one node, survive a restart, and end by themselves") {
    Rig rig;
    HoldRequest all;
    all.reason = "fire drill";
    CHECK(rig.wait_for(rig.control->hold(root, all))[0].node == "all");
    CHECK(rig.wait_for(rig.control->power(root, power(ActionKind::power_on, {"n1"})))[0].rule ==
          "N11");
    rig.stop();
    rig.start();
    CHECK(rig.wait_for(rig.control->power(root, power(ActionKind::power_on, {"n1"})))[0].rule ==
          "N11");
    all.release = true;
    rig.wait_for(rig.control->hold(root, all));
    HoldRequest one;
    one.nodes = {"n1"};
    one.lasting = 1s;
    one.reason = "memory swap";
    rig.wait_for(rig.control->hold(root, one));
    rig.run_for(100ms);
    rig.cluster->machines["n1"].chassis = Chassis::off;
    rig.resume("n1");
    rig.run_for(200ms);
    CHECK(rig.cluster->sent.empty());
    CHECK(rig.until([&] { return rig.sent("on n1") == 1; }));
}

TEST_CASE("why tells state and story") {
    Rig rig;
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return rig.idle("n1"); }));
    rig.wait_for(rig.flushed());
    const auto why = rig.wait_for(rig.control->why("n1"));
    REQUIRE(why);
    CHECK(tells(*why, "Slurm shows it idle%"));
    CHECK(tells(*why, "mode is enforce"));
    CHECK(tells(*why, "slurmctld called SuspendProgram"));
    CHECK(tells(*why, "chassis off sent"));
    CHECK(tells(*why, "chassis is off"));
    CHECK_FALSE(rig.wait_for(rig.control->why("nowhere")));
}

TEST_CASE("the idle policy asks Slurm, not the BMC, and keeps its spares") {
    Rig rig{[](Config& config) { config.idle = {true, 0s, 1, {}}; }};
    CHECK(rig.until([&] { return rig.cluster->asked_of_slurm.size() == 2; }));
    rig.run_for(300ms);
    CHECK(rig.cluster->asked_of_slurm.size() == 2);
    CHECK(rig.cluster->sent.empty());
    CHECK(rig.until([&] { return rig.result("n1") == "ok"; }));
}

TEST_CASE("in observe the policy only tells what it would do; N10 limits it in guarded") {
    Rig watching{[](Config& config) {
        config.idle = {true, 0s, 0, {}};
        config.guard.modes.front().mode = Mode::observe;
    }};
    watching.run_for(500ms);
    CHECK(watching.cluster->asked_of_slurm.empty());
    watching.wait_for(watching.flushed());
    const auto why = watching.wait_for(watching.control->why("n1"));
    REQUIRE(why);
    CHECK(tells(*why, "would suspend"));

    Rig careful{[](Config& config) {
        config.idle = {true, 0s, 0, {}};
        config.guard.modes.front().mode = Mode::guarded;
        config.guard.all.offs_per_10_minutes = 2;
    }};
    CHECK(careful.until([&] { return careful.cluster->asked_of_slurm.size() == 2; }));
    careful.run_for(500ms);
    CHECK(careful.cluster->asked_of_slurm.size() == 2);
}
