// What slurmctld accepts and then loses, or does otherwise than asked. Nothing here is frugald's
// doing: it acts on what it reads afterwards. A row that fails says that this release of Slurm is
// another one than docs/slurm.md describes.
#include <algorithm>
#include <thread>

#include "tests/plugins/slurm/live/live.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

Driver::View wait_for(Driver& driver, const char* node, const char* text) {
    return driver.read_until([=](const SchedulerView& view) { return state(view, node) == text; });
}

std::string update(const RealSlurm& slurm, const std::string& node, const std::string& what) {
    return slurm.command({"scontrol", "update", "nodename=" + node, "state=" + what});
}

/// How often the programs of power saving were called for a node.
std::ptrdiff_t calls(const RealSlurm& slurm) {
    const auto text = slurm.program_calls();
    return std::count(text.begin(), text.end(), '\n');
}

std::string busy_job(const RealSlurm& slurm, Driver& driver) {
    auto job = slurm.command(
        {"sbatch", "--parsable", "-w", "n1", "-n1", "-o", "/dev/null", "--wrap", "sleep 60"});
    wait_for(driver, "n1", "mixed");
    return job;
}

}  // namespace

TEST_CASE("POWER_UP of a node that is powering down is accepted and lost") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    wait_for(driver, "n1", "idle");
    CHECK(update(slurm, "n1", "power_down").empty());
    wait_for(driver, "n1", "idle%");
    CHECK(driver.command(SchedulerCommand::power_up, {"n1"}).has_value());
    wait_for(driver, "n1", "idle~");
    std::this_thread::sleep_for(3s);
    CHECK(state(**driver.read(), "n1") == "idle~");
    CHECK(driver.command(SchedulerCommand::power_up, {"n1"}).has_value());
    wait_for(driver, "n1", "idle#");
}

TEST_CASE("POWER_DOWN_ASAP of a busy node cannot be withdrawn, neither by POWER_UP nor by RESUME") {
    NEEDS_SLURM
    for (const auto attempt : {SchedulerCommand::power_up, SchedulerCommand::resume}) {
        RealSlurm slurm;
        Driver driver{slurm.conf(), 10s};
        wait_for(driver, "n1", "idle");
        const auto job = busy_job(slurm, driver);
        REQUIRE(driver.command(SchedulerCommand::power_down_asap, {"n1"}));
        wait_for(driver, "n1", "draining!");
        CHECK(driver.command(attempt, {"n1"}).has_value());
        CHECK((*driver.read())->nodes.at("n1").power_down);
        slurm.command({"scancel", job});
        wait_for(driver, "n1", "idle~");
    }
}

TEST_CASE("POWER_DOWN, without ASAP, lets new jobs onto a busy node") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    wait_for(driver, "n1", "idle");
    busy_job(slurm, driver);
    CHECK(update(slurm, "n1", "power_down").empty());
    wait_for(driver, "n1", "mixed!");
    slurm.command({"sbatch", "-w", "n1", "-n1", "-o", "/dev/null", "--wrap", "sleep 60"});
    driver.read_until([](const SchedulerView& view) {
        return std::ranges::count(view.jobs, JobState::running, &SchedulerJob::state) == 2;
    });
}

TEST_CASE("POWER_DOWN of a drained node removes its DRAIN") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    wait_for(driver, "n1", "idle");
    REQUIRE(driver.command(SchedulerCommand::drain, {"n1"}, "fan 3 is loud"));
    wait_for(driver, "n1", "drained");
    CHECK(update(slurm, "n1", "power_down").empty());
    const auto view = driver.read_until([](const SchedulerView& seen) {
        return seen.nodes.at("n1").powered_down || seen.nodes.at("n1").powering_down;
    });
    CHECK_FALSE(view->nodes.at("n1").drain);
}

TEST_CASE(
    "POWER_DOWN of a node that is off calls the program again, POWER_UP of one that is on "
    "calls nothing") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    wait_for(driver, "n1", "idle");
    CHECK(driver.command(SchedulerCommand::power_up, {"n1"}).has_value());
    std::this_thread::sleep_for(3s);
    CHECK(calls(slurm) == 0);
    CHECK(state(**driver.read(), "n1") == "idle");
    CHECK(update(slurm, "n1", "power_down").empty());
    wait_for(driver, "n1", "idle~");
    const auto once = calls(slurm);
    CHECK(once == 1);
    CHECK(update(slurm, "n1", "power_down").empty());
    for (int i = 0; i < 100 && calls(slurm) == once; ++i) std::this_thread::sleep_for(100ms);
    CHECK(calls(slurm) == once + 1);
}

TEST_CASE("SuspendExcNodes binds only Slurm's own timer, not an explicit POWER_DOWN") {
    NEEDS_SLURM
    RealSlurm slurm{"SuspendExcNodes=n1\n"};
    Driver driver{slurm.conf(), 10s};
    wait_for(driver, "n1", "idle");
    CHECK(driver.command(SchedulerCommand::power_down_asap, {"n1"}).has_value());
    wait_for(driver, "n1", "idle~");
}

TEST_CASE("with SuspendTime=-1 power commands are refused, and the answer says why") {
    NEEDS_SLURM
    RealSlurm slurm{"SuspendTime=-1\n"};
    Driver driver{slurm.conf(), 10s};
    const auto view = wait_for(driver, "n1", "idle");
    CHECK_FALSE(view->suspend_time);
    const auto refused = driver.command(SchedulerCommand::power_down_asap, {"n1"}, "frugald: idle");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::refused);
    CHECK(has(refused.error().text, "SuspendTime"));
}

TEST_CASE("a clean restart of slurmctld keeps a node that is off") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    wait_for(driver, "n1", "idle");
    REQUIRE(driver.command(SchedulerCommand::power_down_asap, {"n1"}, "frugald: idle"));
    wait_for(driver, "n1", "idle~");
    slurm.stop_controller();
    slurm.start_controller();
    std::this_thread::sleep_for(2s);
    wait_for(driver, "n1", "idle~");
}
