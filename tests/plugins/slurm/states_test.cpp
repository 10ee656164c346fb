#include "plugins/slurm/worker/states.h"

#include <doctest/doctest.h>

#include "plugins/slurm/state_text.h"

using namespace frugald;
using namespace frugald::slurm;

namespace {

NodeRecord node(std::uint32_t state) {
    NodeRecord record;
    record.name = "n1";
    record.base = base_of(state);
    record.flags = flags_of(state);
    return record;
}

}  // namespace

TEST_CASE("Slurm's state numbers become what sinfo prints") {
    struct Row {
        const char* says;
        std::uint32_t state;
        const char* text;
    };
    const Row rows[] = {
        {"idle", 0x2, "idle"},
        {"powered down", 0x1002, "idle~"},
        {"a cloud node, powered down", 0x1082, "idle~"},
        {"powering down", 0x40002, "idle%"},
        {"asked to power down", 0x800002, "idle!"},
        {"asked to power down when empty, with a job", 0x800205, "draining!"},
        {"allocated, booting", 0x4003, "allocated#"},
        {"given up after ResumeTimeout", 0x1001, "down~"},
        {"does not answer", 0x801, "down*"},
        {"drained", 0x202, "drained"},
        {"drained and off", 0x1202, "drained~"},
        {"completing", 0x402, "completing"},
        {"in a maintenance reservation", 0x8022, "maint"},
        {"reserved", 0x22, "reserved"},
        {"planned by backfill", 0x200002, "planned"},
        {"mixed, planned by backfill", 0x200005, "mixed-"},
        {"reboot asked for", 0x10002, "idle@"},
        {"failing", 0x2002, "fail"},
        {"never heard of", 0x0, "unknown"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        CHECK(state_text(node(row.state)) == row.text);
        CHECK_FALSE(node(row.state).has(NodeFlag::unknown));
    }
}

TEST_CASE("a flag or base state that this build does not know is unknown, and unknown is in use") {
    CHECK(node(0x80000002).has(NodeFlag::unknown));
    CHECK(node(0x12).has(NodeFlag::unknown));  // "external" since 25.05
    CHECK(base_of(0xe) == NodeBase::unknown);
    CHECK_FALSE(node(0x40002).has(NodeFlag::unknown));
}

TEST_CASE("requests and other bits that say nothing about use are ignored") {
    for (const std::uint32_t bit : {0x40u, 0x100u, 0x20000u, 0x80000u, 0x2000000u, 0x4000000u}) {
        CAPTURE(bit);
        CHECK(node(0x2 | bit).flags == 0);
    }
}

TEST_CASE("jobs hold their nodes until they have completed") {
    CHECK(job_state_of(0) == JobState::pending);
    CHECK(job_state_of(1) == JobState::running);
    CHECK(job_state_of(0x4001) == JobState::configuring);
    CHECK(job_state_of(2) == JobState::suspended);
    CHECK(job_state_of(0x8003) == JobState::completing);  // ended, epilog still runs
    CHECK(job_state_of(0x80) == JobState::other);
    for (std::uint32_t ended = 3; ended <= 11; ++ended) CHECK_FALSE(job_state_of(ended));
}
