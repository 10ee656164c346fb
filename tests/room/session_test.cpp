#include "tests/room/bmc/session.h"

#include <doctest/doctest.h>

using namespace frugald::room;

namespace {
const TimePoint start{std::chrono::seconds(1000)};
}

TEST_CASE("a sequence number is accepted once, in any order, within 16 of the highest") {
    SequenceWindow window;
    CHECK_FALSE(window.accept(0));
    CHECK(window.accept(1));
    CHECK_FALSE(window.accept(1));
    CHECK(window.accept(4));
    CHECK(window.accept(2));
    CHECK_FALSE(window.accept(2));
    CHECK(window.accept(20));
    CHECK(window.accept(5));
    CHECK_FALSE(window.accept(3));
    CHECK_FALSE(window.accept(37));
    CHECK(window.accept(36));
}

TEST_CASE("a BMC has four sessions, which expire") {
    Sessions sessions;
    for (std::uint32_t console = 1; console <= 4; ++console) {
        Session* session = sessions.open(console, console * 77, start);
        REQUIRE(session != nullptr);
        session->active = true;
    }
    CHECK(sessions.open(5, 5, start) == nullptr);
    CHECK(sessions.open(5, 5, start + std::chrono::seconds(59)) == nullptr);
    CHECK(sessions.open(5, 5, start + std::chrono::seconds(61)) != nullptr);
}

TEST_CASE("a console that repeats Open Session does not use up the slots") {
    Sessions sessions;
    for (int again = 0; again < 10; ++again) REQUIRE(sessions.open(9, 123, start) != nullptr);
    for (std::uint32_t console = 1; console <= 3; ++console)
        CHECK(sessions.open(console, 5, start) != nullptr);
    CHECK(sessions.open(4, 5, start) == nullptr);
    CHECK(sessions.count(start) == 0);
    CHECK(sessions.open(4, 5, start + std::chrono::seconds(6)) != nullptr);
}

TEST_CASE("a session is found by its own id only") {
    Sessions sessions;
    const Session* session = sessions.open(1, 0, start);
    REQUIRE(session != nullptr);
    CHECK(session->id != 0);
    CHECK(sessions.find(session->id, start) == session);
    CHECK(sessions.find(session->id + 4, start) == nullptr);
    CHECK(sessions.find(0, start) == nullptr);
    const std::uint32_t id = session->id;
    sessions.close(id);
    CHECK(sessions.find(id, start) == nullptr);
}
