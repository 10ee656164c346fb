#include <doctest/doctest.h>

#include "tests/daemon/telemetry/tree_room.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

std::string said(const TreeRoom& room) {
    std::string all;
    for (const auto& heard : room.news)
        all += std::to_string(heard.at.count()) + " s: " + heard.news.text + "\n";
    return all;
}

const TreeLevel& level(const TreeRoom& room, const std::string& name) {
    for (const auto& one : room.picture->levels)
        if (one.name == name) return one;
    throw std::runtime_error{name};
}

}  // namespace

TEST_CASE("B10: every fault of the meters is found and named within 5 minutes, and no other") {
    struct Row {
        const char* says;
        std::function<void(TreeRoom&)> strike;
        const char* source;  // whose name the news must carry
        std::vector<const char*> words;
    };
    const Row rows[] = {
        {"two outlets change places: each follows the other node's BMC",
         [](TreeRoom& room) {
             room.start({9}, 150);
             room.start({11}, 580);
             room.faults.swapped_outlets = {9, 11};
         },
         "outlet rack8:10",
         {"miswired", "BMC of n12", "BMC of n10", "outlet rack8:12"}},
        {"an outlet that is said to feed one node feeds another one",
         [](TreeRoom& room) {
             room.start({8, 9, 10, 11, 12, 13, 14}, 200);
             room.start({15}, 560);
             room.faults.swapped_outlets = {9, 15};
         },
         "outlet rack8:10",
         {"miswired", "BMC of n16", "BMC of n10"}},
        {"a meter repeats itself while its children move",
         [](TreeRoom& room) {
             room.faults.meter_stuck = true;
             room.start({1, 2, 3, 9, 10, 11}, 600);
             room.start({0, 4, 5, 12, 13, 14}, 600);
         },
         "meter main",
         {"stuck", "for minutes"}},
        {"a PDU's total repeats itself while its outlets move",
         [](TreeRoom& room) {
             room.faults.pdu_stuck = true;
             room.start({8, 9, 10, 11, 12, 13, 14, 15}, 600);
         },
         "pdu rack8",
         {"stuck"}},
        {"a meter's words change their order",
         [](TreeRoom& room) { room.faults.meter_words = true; },
         "meter main",
         {"implausible", "order of its words"}},
        {"feed A is lost and B takes its load",
         [](TreeRoom& room) { room.faults.lost_a = true; },
         "pdu rack7-a",
         {"lost feed", "feed-a", "feed-b"}},
        {"feed A is lost, and its PDU is silent",
         [](TreeRoom& room) { room.faults.lost_a = room.faults.silent_a = true; },
         "pdu rack7-a",
         {"lost feed", "silence"}},
        {"an energy counter starts anew",
         [](TreeRoom& room) { room.reset_counter(); },
         "meter main",
         {"energy counter fell", "reset"}},
        {"a PDU's total drifts from its outlets and its nodes",
         [](TreeRoom& room) { room.faults.pdu_factor = 1.3; },
         "pdu rack8",
         {"drift"}},
        {"a BMC is off by a third, and the outlets still add up",
         [](TreeRoom& room) {
             room.start({12}, 500);
             room.faults.bmc_factor = 1.35;
         },
         "BMC of n13",
         {"drift"}},
        {"an outlet is off by a third, and the BMCs still add up",
         [](TreeRoom& room) {
             room.start({12}, 500);
             room.faults.outlet_factor = 1.35;
         },
         "outlet rack8:13",
         {"drift"}},
    };
    for (const auto& row : rows)
        for (unsigned seed = 1; seed <= 5; ++seed) {
            CAPTURE(row.says);
            CAPTURE(seed);
            TreeRoom room{seed};
            room.run(1h);
            INFO(said(room));
            REQUIRE(room.news.empty());
            row.strike(room);
            room.run(300s);
            INFO(said(room));
            REQUIRE_FALSE(room.news.empty());
            for (const auto& heard : room.news) CHECK(heard.news.source == row.source);
            for (const char* word : row.words)
                CHECK(room.news.front().news.text.find(word) != std::string::npos);
        }
}

TEST_CASE("a day of healthy noise raises no alarm, and its energy is right to 0.5 %") {
    for (unsigned seed = 11; seed <= 13; ++seed) {
        TreeRoom room{seed};
        room.run(24h);
        INFO(said(room));
        CHECK(room.news.empty());
        CHECK(level(room, "room").energy->value ==
              doctest::Approx(room.true_joules()).epsilon(0.005));
        CHECK(level(room, "rack8").energy->value ==
              doctest::Approx(room.true_joules_rack8()).epsilon(0.005));
    }
}

TEST_CASE("B10: energy stays right to 0.5 % over a counter that starts anew, and never falls") {
    TreeRoom room{3};
    Joules last{};
    for (int hour = 0; hour < 24; ++hour) {
        room.run(30min);
        if (hour % 6 == 3) room.reset_counter();
        room.run(30min);
        CHECK(*level(room, "room").energy >= last);
        last = *level(room, "room").energy;
    }
    CHECK(last.value == doctest::Approx(room.true_joules()).epsilon(0.005));
    CHECK(room.news.size() == 4);
}

TEST_CASE("while a source is suspect the larger value counts, and it ends when it agrees again") {
    TreeRoom room{4};
    room.run(1h);
    CHECK(level(room, "rack8").surplus.value == 0);
    room.faults.pdu_factor = 1.3;
    room.run(300s);
    const auto& rack = level(room, "rack8");
    INFO(said(room));
    CHECK(rack.surplus.value ==
          doctest::Approx(rack.measured->value - rack.nodes.watts.value).epsilon(0.1));
    REQUIRE(room.picture->suspicions.size() == 1);
    CHECK(room.picture->suspicions.front().source == "pdu rack8");
    room.faults.pdu_factor = 1;
    room.run(300s);
    INFO(said(room));
    CHECK(room.picture->suspicions.empty());
    CHECK(level(room, "rack8").surplus.value == 0);
    CHECK(room.news.back().news.text == "pdu rack8 is no longer suspect");
}

TEST_CASE("a value that no peer supports at all is not the larger one that counts") {
    TreeRoom room{5};
    room.run(1h);
    room.faults.pdu_factor = 50;
    room.run(300s);
    INFO(said(room));
    REQUIRE(room.picture->suspicions.size() == 1);
    CHECK(room.picture->suspicions.front().fault == "implausible");
    CHECK(level(room, "rack8").surplus.value == 0);
}
