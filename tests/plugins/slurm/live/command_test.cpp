#include "tests/plugins/slurm/live/live.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

Driver::View wait_for(Driver& driver, const char* node, const char* text) {
    return driver.read_until([=](const SchedulerView& view) { return state(view, node) == text; });
}

}  // namespace

TEST_CASE("power down, power up, drain and resume, as sinfo sees them too") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    const auto sinfo = [&](const char* node) {
        return slurm.command({"sinfo", "-h", "-p", "batch", "-n", node, "-o", "%T"});
    };
    wait_for(driver, "n1", "idle");
    wait_for(driver, "n2", "idle");
    REQUIRE(driver.command(SchedulerCommand::power_down_asap, {"n1"}, "frugald: idle"));
    auto view = wait_for(driver, "n1", "idle~");
    CHECK(view->nodes.at("n1").powered_down);
    CHECK(sinfo("n1") == "idle~");
    CHECK_FALSE(view->nodes.at("n2").powered_down);

    REQUIRE(driver.command(SchedulerCommand::power_up, {"n1"}));
    view = wait_for(driver, "n1", "idle#");
    CHECK(view->nodes.at("n1").powering_up);
    CHECK(sinfo("n1") == "idle#");

    REQUIRE(driver.command(SchedulerCommand::drain, {"n2"}, "fan 3 is loud"));
    view = wait_for(driver, "n2", "drained");
    CHECK(view->nodes.at("n2").drain);
    CHECK(view->nodes.at("n2").reason == "fan 3 is loud");
    CHECK(sinfo("n2") == "drained");
    REQUIRE(driver.command(SchedulerCommand::resume, {"n2"}));
    view = driver.read_until([](const SchedulerView& seen) { return !seen.nodes.at("n2").drain; });
    CHECK(view->nodes.at("n2").reason.empty());
}

TEST_CASE("a busy node asked to power down takes no jobs and waits") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    wait_for(driver, "n1", "idle");
    const auto job = slurm.command(
        {"sbatch", "--parsable", "-w", "n1", "-n1", "-o", "/dev/null", "--wrap", "sleep 60"});
    wait_for(driver, "n1", "mixed");
    REQUIRE(driver.command(SchedulerCommand::power_down_asap, {"n1"}));
    const auto view = wait_for(driver, "n1", "draining!");
    CHECK(view->nodes.at("n1").power_down);
    CHECK(slurm.command({"sinfo", "-h", "-p", "batch", "-n", "n1", "-o", "%T"}) == "draining!");
    slurm.command({"scancel", job});
    wait_for(driver, "n1", "idle~");
}

TEST_CASE("what slurmctld refuses comes back with its words") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    wait_for(driver, "n1", "idle");
    const auto unknown = driver.command(SchedulerCommand::power_up, {"n9"});
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().fault == Fault::refused);
    CHECK(has(unknown.error().text, "n9"));
    CHECK(has(unknown.error().text, "Invalid node name"));
    const auto bare = driver.command(SchedulerCommand::drain, {"n1"});
    REQUIRE_FALSE(bare);
    CHECK(bare.error().fault == Fault::invalid);
    CHECK(driver.command(SchedulerCommand::power_up, {}).has_value());
}
