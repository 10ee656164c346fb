#include "daemon/engine/reach_log.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const SteadyTime start{1h};

ReachChange lost(unsigned node) {
    return {fmt::format("n{}", node), fmt::format("n{}: does not answer on UDP port 623", node)};
}

/// How many devices the lines speak of.
unsigned devices_in(const std::vector<ReachLog::Line>& lines) {
    unsigned devices = 0;
    for (const auto& line : lines) {
        const auto number = line.text.find_first_of("0123456789");
        const bool together = line.text.find(" devices ") != std::string::npos;
        devices += together ? static_cast<unsigned>(std::stoul(line.text.substr(number))) : 1;
    }
    return devices;
}

}  // namespace

TEST_CASE("a few devices have a line each, with the cause") {
    ReachLog log;
    const auto lines = log.take({lost(1), {"n2", {}}}, start);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].text == "n1: does not answer on UDP port 623");
    CHECK(lines[0].warning);
    CHECK(lines[1].text == "n2: answers again");
    CHECK_FALSE(lines[1].warning);
}

TEST_CASE("R5: 1,000 BMCs that fail at once are one line, and one when they come back") {
    ReachLog log;
    std::vector<ReachChange> changes, back;
    for (unsigned node = 1; node <= 1000; ++node) {
        changes.push_back(lost(node));
        back.push_back({fmt::format("n{}", node), {}});
    }
    auto lines = log.take(changes, start);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].text == "1000 devices do not answer: n[1-1000]");
    CHECK(log.take(back, start + 5s).empty());
    lines = log.take({}, start + 10s);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].text == "... and 1000 more devices answer again: n[1-1000]");
}

TEST_CASE("R5: 1,000 BMCs that fail one after the other are at most ten lines a second") {
    ReachLog log;
    std::mt19937 random{7};
    unsigned told = 0, most = 0, lines_in_all = 0, next = 1;
    for (int second = 0; second < 150; ++second) {
        std::vector<ReachChange> changes;
        const auto failing = random() % 21;
        for (unsigned i = 0; i < failing && next <= 1000; ++i) changes.push_back(lost(next++));
        const auto lines = log.take(changes, start + second * 1s);
        told += devices_in(lines);
        most = std::max(most, static_cast<unsigned>(lines.size()));
        lines_in_all += static_cast<unsigned>(lines.size());
    }
    CHECK(next == 1001);
    CHECK(told == 1000);
    CHECK(most <= 10);
    CHECK(lines_in_all <= 150);  // on average one a second
}
