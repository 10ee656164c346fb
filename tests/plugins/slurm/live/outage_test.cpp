// The loop never waits for Slurm, whatever hangs, and recovers by itself.
#include <sys/stat.h>

#include <chrono>
#include <csignal>

#include "tests/plugins/slurm/live/live.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

constexpr auto deadline = 4s;
constexpr auto longest_delay = 50ms;  // of the loop

struct Failure {
    Error error;
    std::chrono::steady_clock::duration took;
};

Failure failed_read(Driver& driver) {
    driver.worst_delay();
    const auto began = std::chrono::steady_clock::now();
    const auto view = driver.read();
    const auto took = std::chrono::steady_clock::now() - began;
    REQUIRE_FALSE(view);
    MESSAGE("after " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                     << " ms: " << view.error().text);
    CHECK(took < deadline + 500ms);
    CHECK(driver.worst_delay() < longest_delay);
    return {view.error(), took};
}

bool answers(const SchedulerView& view) { return !view.nodes.empty(); }

}  // namespace

TEST_CASE("slurmctld hangs, dies, and comes back") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), deadline};
    driver.read_until(answers);
    CHECK(driver.worst_delay() < longest_delay);

    ::kill(slurm.controller(), SIGSTOP);
    const auto hung = failed_read(driver).error;
    CHECK(hung.fault == Fault::timeout);
    CHECK(has(hung.text, "slurmctld (at 127.23.0.1"));
    CHECK(has(hung.text, "does not answer"));
    const auto refused = driver.command(SchedulerCommand::power_up, {"n1"});
    REQUIRE_FALSE(refused);
    CHECK(has(refused.error().text, "slurmctld"));
    ::kill(slurm.controller(), SIGCONT);
    driver.read_until(answers);

    slurm.kill_controller();
    const auto dead = failed_read(driver).error;
    CHECK(has(dead.text, "slurmctld"));
    CHECK(has(dead.text, "does not answer"));
    slurm.start_controller();
    driver.read_until(answers);
}

TEST_CASE("munged freezes, dies, and comes back") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), deadline};
    driver.read_until(answers);

    ::kill(slurm.munged(), SIGSTOP);
    const auto frozen = failed_read(driver).error;
    CHECK(frozen.fault == Fault::timeout);
    CHECK(has(frozen.text, "munged (at "));
    ::kill(slurm.munged(), SIGCONT);
    driver.read_until(answers);

    slurm.kill_munged();
    const auto dead = failed_read(driver).error;
    CHECK(has(dead.text, "unge"));
    slurm.start_munged();
    driver.read_until(answers);
}

TEST_CASE("slurm.conf vanishes, is broken, and is put right") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), deadline};
    driver.read_until(answers);

    ::unlink(slurm.conf().c_str());
    const auto missing = failed_read(driver);
    CHECK(missing.error.fault == Fault::unavailable);
    CHECK(has(missing.error.text, "slurm.conf"));
    CHECK(has(missing.error.text, "No such file"));
    CHECK(missing.took < 1s);

    slurm.write_conf(slurm.conf_text() + "NoSuchKey=1\n");
    const auto broken = failed_read(driver);
    CHECK(broken.error.fault == Fault::unavailable);
    CHECK(has(broken.error.text, "NoSuchKey"));
    CHECK(broken.took < 2s);

    slurm.write_conf(slurm.conf_text());
    driver.read_until(answers);
}

TEST_CASE("nothing is left behind: neither workers nor descriptors") {
    NEEDS_SLURM
    RealSlurm slurm;
    const auto descriptors = [] {
        return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
    };
    std::ptrdiff_t before = 0;
    {
        Driver driver{slurm.conf(), deadline};
        driver.read_until(answers);
        before = descriptors();
        for (int i = 0; i < 3; ++i) {
            slurm.write_conf("NoSuchKey=1\n");
            REQUIRE_FALSE(driver.read());
            slurm.write_conf(slurm.conf_text());
            driver.read_until(answers);
        }
        CHECK(descriptors() == before);
    }
    CHECK(descriptors() < before);
}
