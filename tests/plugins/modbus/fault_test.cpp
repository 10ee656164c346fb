#include <doctest/doctest.h>

#include <utility>

#include "tests/plugins/modbus/fixture.h"

using namespace frugald;

namespace {

constexpr const char* host = "127.27.0.3";

struct Running {
    Server server{host};
    Rig rig{meter("m", "schneider", host)};
    Running() {
        put_schneider(server, 1);
        REQUIRE(rig.mistakes() == "");
    }
    Seen first() {
        rig.start();
        REQUIRE(rig.run_until([&] { return !rig.of("m").empty(); }));
        return rig.of("m").front();
    }
};

/// Of all that was asked, how often this register was part of it.
int asked_for(const Server& server, unsigned address) {
    int count = 0;
    for (const auto& asked : server.asked())
        count += address >= asked.first && address < asked.first + asked.count;
    return count;
}

}  // namespace

TEST_CASE("an illegal address is found, left out and not asked for again") {
    Running running;
    auto& server = running.server;
    server.forget(1);
    put_schneider(server, 1);
    server.spoil(1, [](const Asked& asked, std::string answer) {
        const bool touches = asked.first <= 3055 && asked.first + asked.count > 3055;
        return touches ? exception(2)(asked, answer) : Reaction{answer};
    });
    const auto seen = running.first();
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(!seen.values.contains("power_watts line L2"));
    CHECK(seen.values.contains("power_watts line L1"));
    CHECK(seen.values.contains("power_watts line L3"));
    CHECK(seen.values.size() == 10);
    const int asked = asked_for(server, 3055);
    CHECK(asked >= 2);
    CHECK(running.rig.poll("m").values.size() == 10);
    CHECK(asked_for(server, 3055) == asked);
}

TEST_CASE("a meter without any of the registers is the wrong profile or unit") {
    Running running;
    running.server.spoil(1, exception(2));
    const auto text = failure_of(running.first());
    CHECK_MESSAGE(contains(text, "none of the registers of profile schneider"), text);
    running.server.spoil(1, exception(1));
    const auto illegal = failure_of(running.rig.poll("m"));
    CHECK_MESSAGE(contains(illegal, "does not know function 3"), illegal);
}

TEST_CASE("busy, failing and unreachable devices fail with their exception, and come back") {
    Running running;
    running.server.spoil(1, exception(4));
    running.first();
    for (const int code : {4, 5, 6, 10, 11}) {
        CAPTURE(code);
        running.server.spoil(1, exception(code));
        const auto text = failure_of(running.rig.poll("m"));
        CHECK_MESSAGE(contains(text, "exception " + std::to_string(code)), text);
        CHECK_MESSAGE(contains(text, "meter m (unit 1 at 127.27.0.3 port 16502)"), text);
        running.server.spoil(1, nullptr);
        const auto seen = running.rig.poll("m");
        CHECK_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.values.size() == 11);
    }
    CHECK(running.server.connections() == 1);
}

TEST_CASE("what is no answer to the question is refused, and the connection is made anew") {
    struct Row {
        const char* says;
        Server::Spoil spoil;
        const char* expected;
    };
    const auto with = [](std::size_t at, char value) {
        return [at, value](const Asked&, std::string answer) {
            answer[at] = value;
            return Reaction{answer};
        };
    };
    const auto cut = [](std::size_t size, bool close) {
        return [size, close](const Asked&, const std::string& answer) {
            return Reaction{answer.substr(0, size), close};
        };
    };
    const Row rows[] = {
        {"another transaction", with(1, 77), "the answer has transaction"},
        {"another protocol", with(3, 1), "protocol 1"},
        {"another unit", with(6, 9), "the answer has unit 9, the question 1"},
        {"another function", with(7, 4), "function 4"},
        {"fewer registers", with(8, 2), "an answer of 5 bytes says that it has 15"},
        {"more registers than there can be", with(8, static_cast<char>(0xff)), "the answer"},
        {"a wrong length", with(5, 99), "says that it has 99"},
        {"cut off, then silence", cut(9, false), "stopped in the middle"},
        {"cut off in the header", cut(4, false), "stopped in the middle"},
        {"cut off, then closed", cut(9, true), "the connection was lost"},
        {"closed without an answer", cut(0, true), "the connection was lost"},
        {"nothing", silence(), "no answer within 1000 ms"},
        {"text",
         [](const Asked&, const std::string&) {
             return Reaction{"HTTP/1.1 400 Bad Request\r\n\r\n", true};
         },
         "the answer"},
    };
    Running running;
    REQUIRE(!running.first().failure);
    for (const auto& row : rows) {
        CAPTURE(row.says);
        running.server.spoil(1, row.spoil);
        const auto text = failure_of(running.rig.poll("m"));
        CHECK_MESSAGE(contains(text, row.expected), text);
        const int connections = running.server.connections();
        running.server.spoil(1, nullptr);
        const auto seen = running.rig.poll("m");
        CHECK_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.values.at("power_watts total") == doctest::Approx(81500));
        CHECK(running.server.connections() == connections + 1);
    }
}

TEST_CASE("an answer that comes after its time is never taken for the next one's") {
    Running running;
    REQUIRE(!running.first().failure);
    std::string late;
    running.server.spoil(1, [&late](const Asked&, const std::string& answer) {
        return Reaction{std::exchange(late, answer)};  // the answer to the question before
    });
    CHECK(running.rig.poll("m").failure);
    CHECK(running.rig.poll("m").failure);
    running.server.spoil(1, nullptr);
    CHECK(!running.rig.poll("m").failure);
}

TEST_CASE("a gateway that closed an idle connection costs no poll") {
    Running running;
    REQUIRE(!running.first().failure);
    for (int i = 0; i < 3; ++i) {
        const int before = running.server.connections();
        running.server.drop_connections();
        // The server drops them within 5 ms; polls go on until one has met that.
        while (running.server.connections() == before) {
            const auto seen = running.rig.poll("m");
            CHECK_MESSAGE(!seen.failure, seen.failure->text);
        }
    }
}
