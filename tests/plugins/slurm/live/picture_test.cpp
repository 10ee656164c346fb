#include <algorithm>

#include "tests/plugins/slurm/live/live.h"

using namespace frugald;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

namespace {

const SchedulerJob* job(const SchedulerView& view, JobState state) {
    const auto found = std::ranges::find(view.jobs, state, &SchedulerJob::state);
    return found == view.jobs.end() ? nullptr : &*found;
}

bool two_are_idle(const SchedulerView& view) {
    return state(view, "n1") == "idle" && state(view, "n2") == "idle";
}

}  // namespace

TEST_CASE("nodes, partitions, time-outs and exclusions are as slurmctld has them") {
    NEEDS_SLURM
    RealSlurm slurm{"SuspendExcNodes=n1\nSuspendExcParts=kept\n"};
    Driver driver{slurm.conf(), 10s};
    const auto view = driver.read_until(two_are_idle);
    REQUIRE(view->nodes.size() == 4);
    CHECK(view->nodes.at("n1").partitions == Names{"batch"});
    CHECK(view->nodes.at("n2").partitions == Names{"batch", "long"});
    CHECK(view->nodes.at("n1").boot_time);
    CHECK(view->nodes.at("n1").slurmd_start_time);
    CHECK_FALSE(view->nodes.at("n3").boot_time);
    CHECK_FALSE(view->nodes.at("n1").in_use());
    CHECK(view->nodes.at("n3").in_use());  // never registered: unknown is busy
    CHECK(view->suspend_excluded_nodes == Names{"n1", "n4"});
    CHECK(view->suspend_timeout == 2s);
    CHECK(view->resume_timeout == 30s);
    CHECK(view->suspend_time == 31536000s);
    REQUIRE(view->controllers.size() == 1);
    CHECK(has(slurm.command({"scontrol", "show", "config"}),
              ("= " + view->controllers[0] + "(127.23.0.1)").c_str()));
    CHECK(has(slurm.command({"scontrol", "--version"}), view->version.c_str()));
    CHECK(has(slurm.command({"scontrol", "show", "config"}),
              ("= " + view->slurm_user + "(").c_str()));
    CHECK(Instant::now().steady - view->read_at.steady < 10s);
    for (const char* node : {"n1", "n2", "n3", "n4"})
        CHECK(state(*view, node) ==
              slurm.command({"sinfo", "-h", "-p", std::string{"n4"} == node ? "kept" : "batch",
                             "-n", node, "-o", "%T"}));
}

TEST_CASE("jobs: pending, running, suspended, gone") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    driver.read_until(two_are_idle);
    const auto submit = [&](const std::string& nodes, const std::string& seconds) {
        return slurm.command({"sbatch", "--parsable", "-w", nodes, "-N2", "--exclusive", "-o",
                              "/dev/null", "--wrap", "sleep " + seconds});
    };
    const auto first = submit("n[1-2]", "60");
    const auto second = submit("n[1-2]", "1");
    auto view = driver.read_until(
        [](const SchedulerView& seen) { return job(seen, JobState::running) != nullptr; });
    const auto* running = job(*view, JobState::running);
    CHECK(std::to_string(running->id) == first);
    CHECK(running->nodes == Names{"n1", "n2"});
    CHECK(running->partition == "batch");
    CHECK(running->start);
    CHECK(view->nodes.at("n1").allocated_cpus == 4);
    CHECK(state(*view, "n1") == "allocated");
    CHECK(view->nodes.at("n1").in_use());
    REQUIRE(job(*view, JobState::pending));
    CHECK(std::to_string(job(*view, JobState::pending)->id) == second);

    slurm.command({"scontrol", "suspend", first});
    driver.read_until(
        [](const SchedulerView& seen) { return job(seen, JobState::suspended) != nullptr; });
    slurm.command({"scancel", second});
    slurm.command({"scancel", first});
    view = driver.read_until([](const SchedulerView& seen) { return seen.jobs.empty(); });
    CHECK(has(slurm.command({"scontrol", "show", "job", second}), "CANCELLED"));
    driver.read_until(two_are_idle);
}
