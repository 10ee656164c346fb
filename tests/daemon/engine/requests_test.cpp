// Suspends and resumes against a cluster in memory: every interleaving that has cost somebody a
// job.

#include "tests/daemon/engine/rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;

TEST_CASE("a suspend switches off, reads back, and is done") {
    Rig rig;
    rig.suspend("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->machines["n1"].chassis == Chassis::off);
    CHECK(rig.cluster->sent == std::vector<std::string>{"off n1"});
    CHECK(rig.result("n1") == "ok");
}

TEST_CASE("a resume switches on and waits for a new boot") {
    Rig rig;
    rig.cluster->machines["n1"].chassis = Chassis::off;
    rig.resume("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent == std::vector<std::string>{"on n1"});
    CHECK(rig.cluster->machines["n1"].slurm.boot_time.has_value());
    CHECK(rig.result("n1") == "ok");
}

TEST_CASE("a resume of a node that is on is a power cycle: only a new boot counts") {
    Rig rig;
    rig.resume("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent == std::vector<std::string>{"off n1", "on n1"});
    CHECK(rig.result("n1") == "ok");
}

TEST_CASE("S4: the same hook twice is one command") {
    Rig rig;
    rig.cluster->machines["n1"].chassis = Chassis::off;
    rig.resume("n1");
    rig.resume("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.sent("on n1") == 1);
    CHECK(rig.sent("off n1") == 0);
    rig.resume("n1");  // slurmctld restarted and calls again: the node has booted since
    CHECK(rig.until([&] { return rig.idle("n1"); }));
}

TEST_CASE("N2: a resume silences an off that has not been sent") {
    Rig rig;
    rig.cluster->machines["n1"].command_takes = 100ms;
    rig.suspend("n1");
    rig.run_for(50ms);
    rig.resume("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    // The node was on, so the resume cycles it; the suspend's own off never left.
    CHECK(rig.cluster->sent == std::vector<std::string>{"off n1", "on n1"});
    CHECK(rig.cluster->machines["n1"].chassis == Chassis::on);
    CHECK_FALSE(rig.cluster->machines["n1"].slurm.powering_up);
}

TEST_CASE("N2: the late off: a suspend whose deadline has passed sends nothing, ever") {
    Rig rig;
    rig.cluster->slurm_suspends("n1");
    CHECK(rig.hook(hook::Verb::suspend, "n1", 40s).accepted);
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent.empty());
    CHECK(rig.result("n1") == "expired");
}

TEST_CASE("N2: a hook that comes before Slurm has been read gets Slurm's own SuspendTimeout") {
    Rig rig;
    rig.cluster->suspend_timeout = 5s;  // less than what is assumed until Slurm is read
    rig.cluster->slurm_suspends("n1");
    CHECK(rig.hook(hook::Verb::suspend, "n1", 10s).accepted);
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent.empty());
    CHECK(rig.result("n1") == "expired");
}

TEST_CASE("N2: a BMC that answers only after the deadline gets no off") {
    Rig rig{[](Config& config) { config.guard.off_margin = 29700ms; }};
    rig.run_for(200ms);
    rig.cluster->machines["n1"].command_takes = 400ms;
    rig.suspend("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent.empty());
    CHECK(rig.result("n1") == "expired");
}

TEST_CASE("N1: a node that is in service again is not switched off") {
    Rig rig{[](Config& config) { config.guard.off_margin = 29s; }};
    rig.run_for(200ms);
    CHECK(rig.hook(hook::Verb::suspend, "n1").accepted);  // Slurm shows it idle, not powering down
    rig.cluster->machines["n2"].slurm.powering_down = true;
    rig.cluster->jobs = {{42, JobState::running, "batch", {"n2"}, {}, {}}};
    CHECK(rig.hook(hook::Verb::suspend, "n2").accepted);
    CHECK(rig.until([&] { return rig.idle("n1") && rig.idle("n2"); }));
    CHECK(rig.cluster->sent.empty());
    CHECK(rig.engine->picture()->counters.guard_refusals.at("N1") >= 2);
}

TEST_CASE("S1: while Slurm is away nothing is switched off, but a node still wakes") {
    Rig rig{[](Config& config) { config.guard.off_margin = 28s; }};
    rig.run_for(200ms);
    rig.cluster->machines["n2"].chassis = Chassis::off;
    rig.cluster->slurm_suspends("n1");
    rig.cluster->slurm_resumes("n2");
    rig.run_for(100ms);
    rig.cluster->slurm_away = true;
    CHECK(rig.hook(hook::Verb::suspend, "n1").accepted);
    CHECK(rig.hook(hook::Verb::resume, "n2").accepted);
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.sent("off n1") == 0);
    CHECK(rig.sent("on n2") == 1);
    CHECK(rig.result("n1") == "expired");
    rig.cluster->slurm_away = false;
    CHECK(rig.until([&] { return rig.idle("n2"); }));
    CHECK(rig.result("n2") == "ok");
}

TEST_CASE("B11: a power command accepted without effect is tried three times, then an incident") {
    Rig rig;
    rig.cluster->machines["n1"].ignores_power = true;
    rig.suspend("n1");
    const auto began = std::chrono::steady_clock::now();
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    // Three times verify_for (60 ms here), and what the machine adds.
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    CHECK(rig.sent("off n1") == 3);
    CHECK(rig.result("n1") == "failed");
    CHECK(rig.noted("n1", "incident").find("accepted chassis off 3 times") != std::string::npos);
    rig.run_for(300ms);
    CHECK(rig.sent("off n1") == 3);
}

TEST_CASE("B11: a resume without effect is tried three times, then left to Slurm as an incident") {
    Rig rig;
    rig.cluster->machines["n2"].chassis = Chassis::off;
    rig.cluster->machines["n2"].ignores_power = true;
    rig.resume("n2");
    CHECK(rig.until([&] { return rig.idle("n2"); }));
    CHECK(rig.sent("on n2") == 3);
    CHECK(rig.result("n2") == "failed");
    CHECK(rig.noted("n2", "incident").find("chassis is not on") != std::string::npos);
}

TEST_CASE("a failed off makes the next resume a cycle") {
    Rig rig;
    rig.cluster->machines["n1"].ignores_power = true;
    rig.suspend("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    rig.cluster->machines["n1"].ignores_power = false;
    rig.cluster->sent.clear();
    rig.resume("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent == std::vector<std::string>{"off n1", "on n1"});
}

TEST_CASE("S5: a resume during a soft off waits for off, then switches on") {
    Rig rig{[](Config& config) { config.power.soft_off_first = true; }};
    rig.cluster->machines["n1"].soft_off_takes = 100ms;
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return rig.sent("soft n1") == 1; }));
    rig.resume("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent == std::vector<std::string>{"soft n1", "on n1"});
    CHECK(rig.cluster->machines["n1"].chassis == Chassis::on);
}

TEST_CASE("S5: a soft off that hangs is forced inside the resume") {
    Rig rig{[](Config& config) { config.power.soft_off_first = true; }};
    rig.cluster->machines["n1"].soft_off_takes.reset();
    rig.suspend("n1");
    REQUIRE(rig.until([&] { return rig.sent("soft n1") == 1; }));
    rig.resume("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent == std::vector<std::string>{"soft n1", "off n1", "on n1"});
}

TEST_CASE("N1: a boot that frugald began before it was restarted is not cut short by a cycle") {
    Rig rig;
    auto& machine = rig.cluster->machines["n1"];
    machine.chassis = Chassis::off;
    machine.boots = false;
    rig.resume("n1");
    REQUIRE(
        rig.until([&] { return rig.noted("n1", "read-back").find("is on") != std::string::npos; }));
    rig.stop();
    rig.start();
    rig.run_for(300ms);
    CHECK(rig.cluster->sent == std::vector<std::string>{"on n1"});
    machine.slurm.boot_time = Instant::now().wall;
    machine.slurm.powering_up = false;
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.result("n1") == "ok");
    rig.resume("n1");  // the next request is another one: only a boot after it counts
    CHECK(rig.until([&] { return rig.sent("off n1") == 1; }));
}

TEST_CASE("D4: what was accepted survives the daemon, and nothing is sent blindly") {
    Rig rig;
    rig.run_for(200ms);
    rig.cluster->machines["n1"].silent = true;
    rig.cluster->machines["n2"].silent = true;
    rig.cluster->machines["n2"].chassis = Chassis::off;
    rig.suspend("n1");
    rig.resume("n2");
    rig.stop();
    CHECK(rig.cluster->sent.empty());
    rig.cluster->machines["n1"].silent = false;
    rig.cluster->machines["n2"].silent = false;
    rig.start();
    CHECK(
        rig.until([&] { return !rig.cluster->sent.empty() && rig.idle("n1") && rig.idle("n2"); }));
    CHECK(rig.sent("off n1") == 1);
    CHECK(rig.sent("on n2") == 1);
    CHECK(rig.result("n1") == "ok");
    CHECK(rig.result("n2") == "ok");
}

TEST_CASE("S6: spooled resumes are replayed, spooled suspends are not, strangers' files are left") {
    Rig rig;
    rig.cluster->machines["n1"].chassis = Chassis::off;
    rig.cluster->slurm_resumes("n1");
    rig.cluster->slurm_suspends("n2");
    const auto now = to_unix_ms(Instant::now().wall);
    const std::string spool = rig.config.daemon.spool_directory;
    std::string problem;
    REQUIRE(hook::spool_write(spool, {hook::Verb::resume, now - 2000, "n1", ""}, problem));
    REQUIRE(hook::spool_write(spool, {hook::Verb::suspend, now - 1000, "n2", ""}, problem));
    REQUIRE(hook::spool_write(spool, {hook::Verb::resume, now - 3'600'000, "n3", ""}, problem));
    CHECK(rig.until([&] { return hook::spool_list(spool, problem)->empty(); }));
    CHECK(rig.until([&] { return rig.sent("on n1") == 1 && rig.idle("n1"); }));
    CHECK(rig.cluster->sent == std::vector<std::string>{"on n1"});
}

TEST_CASE("X1: hostile nodesets change nothing") {
    Rig rig;
    for (const std::string nodes :
         {"", "n[1-2", "$(reboot)", "-o", "../n1", "n[0-99999999]", "n1;n2"}) {
        CAPTURE(nodes);
        CHECK_FALSE(rig.hook(hook::Verb::suspend, nodes).accepted);
    }
    CHECK(rig.hook(hook::Verb::suspend, "unknown[1-3]").accepted);
    rig.run_for(100ms);
    CHECK(rig.cluster->sent.empty());
}

TEST_CASE("N11: HOLD stops everything within a second, and a resume goes on when it ends") {
    Rig rig;
    rig.cluster->machines["n1"].chassis = Chassis::off;
    const auto hold = rig.config.daemon.runtime_directory / "HOLD";
    { std::ofstream{hold} << "fire drill\n"; }
    rig.resume("n1");
    rig.suspend("n2");
    rig.run_for(300ms);
    CHECK(rig.cluster->sent.empty());
    CHECK(rig.engine->picture()->hold.has_value());
    std::filesystem::remove(hold);
    CHECK(rig.until([&] { return rig.idle("n1") && rig.idle("n2"); }));
    CHECK(rig.sent("on n1") == 1);
}

TEST_CASE("N8: a node outside managed_nodes is never touched") {
    Rig rig{[](Config& config) { config.managed_nodes = {"n2"}; }};
    rig.suspend("n1");
    CHECK(rig.until([&] { return rig.idle("n1"); }));
    CHECK(rig.cluster->sent.empty());
    CHECK(rig.result("n1") == "refused");
}
