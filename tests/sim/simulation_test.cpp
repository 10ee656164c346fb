#include "tests/sim/simulation.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace frugald::sim {

namespace {

std::string told(const Report& report) {
    std::string lines;
    for (const auto& [at, rule, text] : report.failures)
        lines += rule + " at " + std::to_string(at.count()) + " ms: " + text + "\n";
    return lines;
}

}  // namespace

TEST_CASE("the same seed is the same history, another seed another") {
    Plan plan;
    plan.nodes = 60;
    plan.lasts = hours{12};
    const auto once = simulate(plan).hash;
    CHECK(simulate(plan).hash == once);
    plan.seed = 2;
    CHECK(simulate(plan).hash != once);
}

TEST_CASE("a day in which nothing fails: every node that sleeps wakes in time") {
    Plan plan;
    plan.seed = 100;
    plan.faults = false;
    auto report = simulate(plan);
    CHECK_MESSAGE(report.failures.empty(), told(report));
    CHECK(report.counts["suspends"] >= 50);
    CHECK(report.counts["resumes"] >= 50);
    CHECK(report.counts["jobs lost"] == 0);
    CHECK(report.counts["nodes down"] == 0);
}

TEST_CASE("days with faults: nothing that must never happen does, and everything settles") {
    for (std::uint64_t seed = 200; seed < 204; ++seed) {
        Plan plan;
        plan.seed = seed;
        auto report = simulate(plan);
        CAPTURE(seed);
        CHECK_MESSAGE(report.failures.empty(), told(report));
        CHECK(report.counts["faults"] > 0);
    }
}

TEST_CASE("a planted bug is found within a few seeds") {
    struct Row {
        const char* rule;
        const char* says;
    };
    const Row rows[] = {
        {"N1", "a guard that does not ask whether a node is busy"},
        {"N2", "an off that leaves up to two minutes late"},
        {"N3", "PDUs that are believed to bear ten times what they do"},
        {"N4", "ends of leases that are looked at every ten minutes"},
        {"N5", "a guard that lets a part of a job's nodes be capped"},
        {"N6", "limits that switch the node off when it exceeds them"},
        {"N7", "a guard that switches on what it cannot see"},
        {"N8", "a guard that acts on nodes that are not managed"},
        {"N9", "an actuator that ignores who the BMC is"},
        {"N10", "a guard without budgets"},
        {"N11", "a guard that does not look at holds and modes"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        bool found = false;
        for (std::uint64_t seed = 1; seed <= 40 && !found; ++seed) {
            Plan plan;
            plan.seed = seed;
            plan.plant = row.rule;
            const auto report = simulate(plan);
            found = std::ranges::any_of(report.failures, [&row](const Failure& failure) {
                return failure.rule == row.rule;
            });
        }
        CHECK(found);
    }
}

}  // namespace frugald::sim
