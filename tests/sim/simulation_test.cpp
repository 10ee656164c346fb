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
        const char* says;
        const char* plant;
        const char* found;
    };
    const Row rows[] = {
        {"a guard that does not ask whether a node is busy", "N1", "N1"},
        {"an actuator that ignores who the BMC is", "N9", "N9"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        bool found = false;
        for (std::uint64_t seed = 1; seed <= 20 && !found; ++seed) {
            Plan plan;
            plan.seed = seed;
            plan.plant = row.plant;
            const auto report = simulate(plan);
            found = std::ranges::any_of(report.failures, [&row](const Failure& failure) {
                return failure.rule == row.found;
            });
        }
        CHECK(found);
    }
}

}  // namespace frugald::sim
