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

TEST_CASE("every flag bit of Slurm 21.08 to 26.05 means what it is taken for") {
    struct Row {
        const char* says;
        std::uint32_t bit;
        NodeFlag flag;
    };
    constexpr auto harmless = NodeFlag{0};
    const Row rows[] = {
        {"RES", 0x20, NodeFlag::reserved},
        {"UNDRAIN, a request", 0x40, harmless},
        {"CLOUD", 0x80, NodeFlag::cloud},
        {"RESUME, a request", 0x100, harmless},
        {"DRAIN", 0x200, NodeFlag::drain},
        {"COMPLETING", 0x400, NodeFlag::completing},
        {"NO_RESPOND", 0x800, NodeFlag::no_respond},
        {"POWERED_DOWN", 0x1000, NodeFlag::powered_down},
        {"FAIL", 0x2000, NodeFlag::fail},
        {"POWERING_UP", 0x4000, NodeFlag::powering_up},
        {"MAINT", 0x8000, NodeFlag::maint},
        {"REBOOT_REQUESTED", 0x10000, NodeFlag::reboot_requested},
        {"REBOOT_CANCEL, a request", 0x20000, harmless},
        {"POWERING_DOWN", 0x40000, NodeFlag::powering_down},
        {"DYNAMIC (21.08), DYNAMIC_FUTURE", 0x80000, harmless},
        {"REBOOT_ISSUED", 0x100000, NodeFlag::reboot_issued},
        {"PLANNED", 0x200000, NodeFlag::planned},
        {"POWER_DOWN", 0x800000, NodeFlag::power_down},
        {"POWER_UP", 0x1000000, NodeFlag::power_up},
        {"POWER_DRAIN", 0x2000000, harmless},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        CHECK(flags_of(0x2 | row.bit) == static_cast<std::uint32_t>(row.flag));
    }
    const auto unknown = static_cast<std::uint32_t>(NodeFlag::unknown);
    // Bits that only some releases know: their meaning there, unknown, so busy, elsewhere.
    const auto registration = flags_of(0x2 | 0x400000);  // INVALID_REG since 22.05
    CHECK((registration == static_cast<std::uint32_t>(NodeFlag::invalid_registration) ||
           registration == unknown));
    const auto dynamic = flags_of(0x2 | 0x4000000);  // DYNAMIC_NORM since 22.05
    CHECK((dynamic == 0 || dynamic == unknown));
    const auto blocked = flags_of(0x2 | 0x8000000);  // BLOCKED since 24.05
    CHECK((blocked == 0 || blocked == unknown));
    // No release has a meaning for these, or one that we want to act on.
    for (const std::uint32_t bit : {0x10u, 0x10000000u, 0x20000000u, 0x40000000u, 0x80000000u})
        CHECK(flags_of(0x2 | bit) == unknown);
    for (std::uint32_t base = 7; base <= 0xf; ++base) CHECK(base_of(base) == NodeBase::unknown);
}

TEST_CASE("what sinfo would print of a state that is not known ends in a question mark") {
    CHECK(state_text(node(0x80000002)) == "idle?");
    CHECK(state_text(node(0x80001002)) == "idle?");
    CHECK(state_text(node(0xe)) == "unknown");
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
