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

TEST_CASE("partitions, features, reservations and power saving are as slurmctld has them") {
    NEEDS_SLURM
    RealSlurm slurm{
        "NodeName=m[1-2] NodeAddr=127.23.0.1 State=CLOUD CPUs=4 RealMemory=1000 "
        "Feature=frugald_off,gpu\n"
        "PartitionName=short Nodes=m1 State=DOWN SuspendTime=600 SuspendTimeout=7 "
        "ResumeTimeout=90\n"
        "SlurmdTimeout=300\nBatchStartTimeout=20\nMessageTimeout=11\nPrivateData=cloud\n"
        "DebugFlags=Power\n"};
    Driver driver{slurm.conf(), 10s};
    driver.read_until(two_are_idle);
    slurm.command({"scontrol", "create", "reservation", "reservationname=work", "users=root",
                   "nodes=n[1-2]", "starttime=now+1hours", "duration=120", "flags=maint"});
    const auto view =
        driver.read_until([](const SchedulerView& seen) { return !seen.reservations.empty(); });
    CHECK(view->nodes.at("m1").features == Names{"frugald_off", "gpu"});
    CHECK(view->nodes.at("n1").features.empty());
    const auto partition = std::ranges::find(view->partitions, "short", &SchedulerPartition::name);
    REQUIRE(partition != view->partitions.end());
    CHECK(partition->nodes == Names{"m1"});
    CHECK_FALSE(partition->up);
    CHECK(partition->suspend_time == 600s);
    CHECK(partition->suspend_timeout == 7s);
    CHECK(partition->resume_timeout == 90s);
    CHECK(std::ranges::find(view->partitions, "long", &SchedulerPartition::name)->up);

    const auto& reservation = view->reservations.at(0);
    CHECK(reservation.name == "work");
    CHECK(reservation.nodes == Names{"n1", "n2"});
    CHECK(reservation.maintenance);
    CHECK(reservation.end - reservation.start == 120min);
    CHECK_FALSE(reservation.covers(Instant::now().wall));
    CHECK(reservation.covers(Instant::now().wall + 90min));

    const auto& saving = view->power_saving;
    CHECK(has(saving.suspend_program, "programs/nothing"));
    CHECK(has(saving.resume_program, "programs/nothing"));
    CHECK(saving.resume_fail_program.empty());
    CHECK_FALSE(saving.suspend_rate);
    CHECK(saving.slurmd_timeout == 300s);
    CHECK(saving.batch_start_timeout == 20s);
    CHECK(saving.message_timeout == 11s);
    CHECK(saving.return_to_service == 2);
    CHECK(has(saving.slurmctld_parameters, "power_save_interval=1"));
    CHECK(saving.private_data == "cloud");
    CHECK(saving.debug_flags == "Power");
    CHECK(has(slurm.command({"scontrol", "--version"}), saving.library_version.c_str()));
}

TEST_CASE("a job that backfill has planned brings its nodes and its start") {
    NEEDS_SLURM
    RealSlurm slurm{"SchedulerParameters=bf_interval=1\n"};
    Driver driver{slurm.conf(), 10s};
    driver.read_until(two_are_idle);
    const auto submit = [&](const char* minutes) {
        return slurm.command({"sbatch", "--parsable", "-N2", "-w", "n[1-2]", "--exclusive", "-t",
                              minutes, "-o", "/dev/null", "--wrap", "sleep 300"});
    };
    submit("10");
    submit("5");
    const auto view = driver.read_until([](const SchedulerView& seen) {
        const auto* pending = job(seen, JobState::pending);
        return pending && pending->start && !pending->nodes.empty();
    });
    const auto* pending = job(*view, JobState::pending);
    CHECK(pending->nodes == Names{"n1", "n2"});
    const auto ahead = *pending->start - Instant::now().wall;
    CHECK(ahead > 8min);
    CHECK(ahead < 12min);
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
