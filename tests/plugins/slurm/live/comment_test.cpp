#include <thread>

#include "tests/plugins/slurm/live/live.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

constexpr const char* ours = "frugald: joules=13000 nodes=1";

std::string comment_in(const RealSlurm& slurm, const std::string& job) {
    return slurm.command({"sacct", "-j", job, "-n", "-P", "-X", "-o", "admincomment"});
}

/// A job of a second, ended, with its end as Slurm says it.
struct EndedJob {
    std::string id;
    JobComment comment;

    EndedJob(const RealSlurm& slurm, Driver& driver, const std::string& text) {
        id = slurm.command(
            {"sbatch", "--parsable", "-w", "n1", "-n1", "-o", "/dev/null", "--wrap", "sleep 1"});
        comment.job = static_cast<std::uint32_t>(std::stoul(id));
        comment.text = text;
        driver.read_until([&](const SchedulerView& view) {
            for (const auto& job : view.ended_jobs)
                if (job.id == comment.job && job.end) comment.end = *job.end;
            return comment.end != WallTime{};
        });
    }
};

/// slurmctld hands its records on some seconds late.
Result<void> written(Driver& driver, const JobComment& comment) {
    auto done = driver.comment(comment);
    for (int i = 0; i < 40 && !done && done.error().fault == Fault::invalid; ++i) {
        std::this_thread::sleep_for(500ms);
        done = driver.comment(comment);
    }
    return done;
}

}  // namespace

TEST_CASE("what a job drew stands in its accounting record; what others wrote there stays") {
    NEEDS_SLURM
    if (const auto missing = RealAccounting::missing(); !missing.empty()) {
        MESSAGE("skipped: no accounting of Slurm here: " << missing);
        return;
    }
    RealSlurm slurm{"", true};
    Driver driver{slurm.conf(), 10s};
    driver.read_until([](const SchedulerView& view) { return state(view, "n1") == "idle"; });
    const EndedJob job{slurm, driver, ours};
    REQUIRE(job.comment.end != WallTime{});
    auto done = written(driver, job.comment);
    REQUIRE_MESSAGE(done, done.error().text);
    CHECK(comment_in(slurm, job.id) == ours);
    CHECK(driver.comment(job.comment).has_value());

    auto better = job.comment;
    better.text = "frugald: joules=13001 nodes=1";
    CHECK(driver.comment(better).has_value());
    CHECK(comment_in(slurm, job.id) == better.text);

    auto earlier = job.comment;
    earlier.end -= 10s;
    done = driver.comment(earlier);
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::refused);
    CHECK(has(done.error().text, "another run"));
    CHECK(comment_in(slurm, job.id) == better.text);

    slurm.command({"sacctmgr", "-i", "modify", "job", "where", "jobid=" + job.id, "set",
                   "admincomment=js1:abc"});
    done = driver.comment(job.comment);
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::refused);
    CHECK(has(done.error().text, "somebody else"));
    CHECK(comment_in(slurm, job.id) == "js1:abc");

    JobComment unknown{987654, job.comment.end, ours};
    done = driver.comment(unknown);
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::invalid);

    const EndedJob another{slurm, driver, ours};
    slurm.accounting().stop();
    done = driver.comment(another.comment);
    REQUIRE_FALSE(done);
    CAPTURE(done.error().text);
    CHECK((done.error().fault == Fault::unavailable || done.error().fault == Fault::timeout));
    slurm.accounting().start();
    done = written(driver, another.comment);
    REQUIRE_MESSAGE(done, done.error().text);
    CHECK(comment_in(slurm, another.id) == ours);
}

TEST_CASE("without an accounting database there is nowhere to write to, which is said") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    driver.read_until([](const SchedulerView& view) { return state(view, "n1") == "idle"; });
    const auto done = driver.comment({1, from_unix_ms(1000), ours});
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::unsupported);
    CHECK(has(done.error().text, "accounting_storage/none"));
}
