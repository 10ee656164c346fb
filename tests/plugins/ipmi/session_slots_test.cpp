#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "tests/plugins/ipmi/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

bool has_power(const Seen& seen) { return seen.power().has_value(); }
bool failed(const Seen& seen) { return seen.failure.has_value(); }

ipmi::Config one(const std::string& address) {
    auto group = group_with();
    group->sensors = false;
    return config_for({{"n1", address, RoomRig::port, group}});
}

/// The slots that complete sessions hold, as the BMC counts them.
int slots_in_use(RoomRig& room) {
    const std::string status = room.tell("status n1");
    const auto at = status.find("sessions=");
    REQUIRE_MESSAGE(at != std::string::npos, status);
    return std::stoi(status.substr(at + 9));
}

}  // namespace

TEST_CASE("B6: however often a session is given up, the BMC has one slot in use, and none after") {
    RoomRig room("n1", "127.20.7.1");
    auto config = one("127.20.7.1");
    config.network.first_retry = 10ms;
    Rig rig(config);
    rig.start();
    rig.next(has_power);
    const auto losses = rig.module->counters().retransmitted;
    for (int round = 0; round < 4; ++round) {
        // The BMC keeps its session; frugald cannot know, and opens another.
        room.tell("fault n1 dead");
        rig.next(failed);
        rig.next(failed);
        room.tell("clear n1");
        rig.next(has_power, 30s);
        CHECK(slots_in_use(room) == 1);
    }
    CHECK(rig.module->counters().retransmitted > losses);
    rig.stop();
    CHECK(slots_in_use(room) == 0);
}

TEST_CASE("B6: stopped in the middle of everything, all sessions are closed") {
    RoomRig room("n1", "127.20.7.11");
    for (int round = 0; round < 10; ++round) {
        Rig rig(one("127.20.7.11"));
        rig.start();
        rig.next(has_power);
        room.tell("fault n1 delay 30");
        rig.until([] { return false; }, std::chrono::milliseconds{190 + 7 * round});
        rig.stop();
        room.tell("clear n1");
        CHECK(slots_in_use(room) == 0);
    }
}

TEST_CASE("B6: after a kill the old sessions' end is waited for; a clean stop makes nobody wait") {
    RoomRig room("n1", "127.20.7.21");
    Scratch state;
    auto config = one("127.20.7.21");
    config.network.session_expiry = 1s;
    {
        Rig rig(config, state.path());
        rig.start();
        rig.next(has_power);
        std::filesystem::copy(state.path() / "ipmi-sessions", state.path() / "kept");
    }
    CHECK_FALSE(std::filesystem::exists(state.path() / "ipmi-sessions"));

    // What a kill leaves: the mark as it was.
    std::filesystem::copy(state.path() / "kept", state.path() / "ipmi-sessions");
    const auto left = ipmi::SessionMark(state.path(), 1s).left_behind();
    CHECK(left > 0s);
    CHECK(left <= 1s + ipmi::SessionMark::refresh);
    Rig rig(config, state.path());
    const auto began = std::chrono::steady_clock::now();
    rig.start();
    SUBCASE("readings wait") {
        rig.next(has_power, 20s);
        CHECK(std::chrono::steady_clock::now() - began >= left - 100ms);
        CHECK_FALSE(rig.collector.last(failed));
    }
    SUBCASE("a command does not: a node that must wake cannot wait for a book-keeping rule") {
        CHECK(rig.run(rig.actuator().chassis("n1")).has_value());
        CHECK(std::chrono::steady_clock::now() - began < left);
    }
}

TEST_CASE("B6: a mark that is broken, or of another boot, is as good as none") {
    Scratch state;
    ipmi::SessionMark mark(state.path(), 60s);
    CHECK(mark.left_behind() == 0s);
    for (const char* text : {"", "rubbish", "00000000-0000-0000-0000-000000000000 5", "1 2 3"}) {
        state.write("ipmi-sessions", text);
        CHECK(mark.left_behind() == 0s);
    }
    mark.touch();
    CHECK(mark.left_behind() > 60s);
    mark.clear();
    CHECK(mark.left_behind() == 0s);
    CHECK(ipmi::SessionMark({}, 60s).left_behind() == 0s);
}
