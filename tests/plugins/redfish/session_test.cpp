// Logging in, staying in, and leaving.

#include <doctest/doctest.h>

#include "tests/plugins/redfish/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

constexpr const char* sessions_path = "/redfish/v1/SessionService/Sessions";

}  // namespace

TEST_CASE("one session serves all requests and is deleted at the end") {
    Rig rig;
    rig.add(environment_tree());
    rig.start();
    for (int i = 0; i < 3; ++i) CHECK(rig.next().watts() == 350.5);
    CHECK(rig.bmc().sessions() == 1);
    CHECK(rig.bmc().count("POST", sessions_path) == 1);
    rig.stop();
    CHECK(rig.bmc().sessions() == 0);
    CHECK(rig.bmc().count("DELETE") == 1);
    for (const auto& one : rig.bmc().asked()) CHECK(one.authorization != "basic");
}

TEST_CASE(
    "B: 401 on an expired session: another login, the same poll succeeds, the number changes") {
    Rig rig;
    rig.add(environment_tree());
    rig.start();
    rig.next();
    const unsigned before = rig.actuator().session("n1");
    rig.bmc().expire_sessions();
    rig.bmc().forget();
    const Seen seen = rig.next();
    CHECK_FALSE(seen.failure);
    REQUIRE(rig.until([&] { return rig.bmc().count("POST", sessions_path) == 1; }));
    rig.next();
    CHECK_FALSE(rig.next().failure);
    CHECK(rig.actuator().session("n1") != before);
    CHECK(rig.bmc().count("DELETE") == 1);  // of the old one, should it still be there
    CHECK(rig.bmc().sessions() == 1);
}

TEST_CASE("Basic where a BMC offers no sessions, or has none free (iDRAC, RAC0218)") {
    Rig rig;
    rig.add(environment_tree());
    SUBCASE("no sessions") { rig.bmc().habits().sessions = false; }
    SUBCASE("none free") { rig.bmc().habits().login_status = 503; }
    SUBCASE("not allowed there") { rig.bmc().habits().login_status = 405; }
    rig.start();
    CHECK(rig.next().watts() == 350.5);
    rig.next();
    CHECK(rig.bmc().count("POST", sessions_path) == 1);
    CHECK(rig.bmc().asked().back().authorization == "basic");
    CHECK(rig.actuator().session("n1") != 0);
}

TEST_CASE("a wrong password is told, and not tried again at once: accounts get locked") {
    Rig rig;
    rig.add(environment_tree());
    rig.group().password = Secret("wrong");
    rig.group().refusal_hold = 60s;
    SUBCASE("of a session") {}
    SUBCASE("of Basic") { rig.bmc().habits().sessions = false; }
    rig.start();
    const Seen seen = rig.next();
    REQUIRE(seen.failure);
    CHECK(seen.failure->fault == Fault::unauthorized);
    CHECK(seen.failure->text.find("secret") != std::string::npos);
    CHECK(seen.failure->text.find("wrong") == std::string::npos);
    const auto asked = rig.bmc().asked().size();
    rig.until([] { return false; }, 400ms);
    rig.module->source()->refresh("n1");
    rig.until([] { return false; }, 200ms);
    CHECK(rig.bmc().asked().size() == asked);
}

TEST_CASE("a BMC that closes each connection is read all the same") {
    Rig rig;
    rig.add(environment_tree());
    rig.bmc().habits().keep_alive = false;
    rig.start();
    for (int i = 0; i < 3; ++i) CHECK(rig.next().watts() == 350.5);
    CHECK(rig.bmc().connections() > 3);
}

TEST_CASE("a kept connection that died unnoticed costs no reading, and no command goes into it") {
    Rig rig;
    rig.add(environment_tree());
    rig.make();
    REQUIRE(rig.run(rig.actuator().chassis("n1")));
    rig.bmc().hang_up();
    CHECK(rig.run(rig.actuator().chassis("n1")));
    rig.bmc().hang_up();
    CHECK(rig.power(PowerCommand::off));
    CHECK(rig.bmc().connections() == 3);
}

TEST_CASE("stopping ends what is under way within 3 seconds and leaves no session") {
    Rig rig;
    rig.add(environment_tree());
    rig.start();
    rig.next();
    rig.bmc().habits().silent_methods = {"GET"};
    rig.until(
        [&] { return !rig.bmc().asked().empty() && rig.bmc().asked().back().method == "GET"; });
    rig.until([] { return false; }, 150ms);
    const auto began = std::chrono::steady_clock::now();
    rig.stop();
    CHECK(std::chrono::steady_clock::now() - began < 3s);
    CHECK(rig.bmc().sessions() == 0);
    const auto asked = rig.bmc().asked().size();
    rig.until([] { return false; }, 300ms);
    CHECK(rig.bmc().asked().size() == asked);
}
