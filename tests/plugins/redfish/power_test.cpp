// Switching: the reset types, N2 (never late), N9 (never another machine).

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/plugins/redfish/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

constexpr const char* reset_path = "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset";

std::string last_reset(const TestBmc& bmc) {
    for (auto one = bmc.asked().rbegin(); one != bmc.asked().rend(); ++one)
        if (one->method == "POST" && redfish::same_resource(one->path, reset_path))
            return one->body;
    return {};
}

}  // namespace

TEST_CASE("each command is one reset with a type that the BMC offers") {
    Rig rig;
    rig.add(environment_tree());
    rig.make();
    const std::pair<PowerCommand, const char*> rows[] = {{PowerCommand::off, "ForceOff"},
                                                         {PowerCommand::on, "On"},
                                                         {PowerCommand::soft, "GracefulShutdown"},
                                                         {PowerCommand::cycle, "PowerCycle"}};
    for (const auto& [command, type] : rows) {
        CAPTURE(type);
        rig.bmc().forget();
        const auto done = rig.power(command);
        REQUIRE_MESSAGE(done, done.error().text);
        CHECK(last_reset(rig.bmc()) == fmt::format(R"({{"ResetType":"{}"}})", type));
        CHECK(rig.bmc().count("POST", reset_path) == 1);
    }
}

TEST_CASE("the chassis is read fresh") {
    Rig rig;
    rig.add(environment_tree());
    rig.make();
    CHECK(rig.run(rig.actuator().chassis("n1")) == Chassis::on);
    REQUIRE(rig.power(PowerCommand::off));
    CHECK(rig.run(rig.actuator().chassis("n1")) == Chassis::off);
    rig.bmc().tree().find(system_path)->get_object()["PowerState"] = "PoweringOn";
    CHECK(rig.run(rig.actuator().chassis("n1")) == Chassis::unknown);
}

TEST_CASE("reset types from an ActionInfo; none told: nothing is guessed") {
    Tree tree = environment_tree();
    auto& reset = tree.find(system_path)->at("Actions").at("#ComputerSystem.Reset").get_object();
    reset.erase("ResetType@Redfish.AllowableValues");
    Rig rig;
    SUBCASE("ActionInfo (HPE Cray EX)") {
        reset["@Redfish.ActionInfo"] = "/redfish/v1/Systems/1/ResetActionInfo";
        tree.add(
            "/redfish/v1/Systems/1/ResetActionInfo",
            R"({"Parameters":[{"Name":"ResetType","AllowableValues":["On","ForceOff","Off"]}]})");
        rig.add(std::move(tree));
        rig.make();
        REQUIRE(rig.power(PowerCommand::soft));
        CHECK(last_reset(rig.bmc()) == R"({"ResetType":"Off"})");
        const auto cycle = rig.power(PowerCommand::cycle);
        REQUIRE_FALSE(cycle);
        CHECK(cycle.error().fault == Fault::unsupported);
    }
    SUBCASE("none") {
        rig.add(std::move(tree));
        rig.make();
        CHECK_FALSE(rig.power(PowerCommand::off));
        CHECK(rig.bmc().count("POST", reset_path) == 0);
    }
}

TEST_CASE("N2: when it is not wanted any more, nothing more leaves") {
    // The command is dropped after so many questions; the first comes before the connection.
    std::size_t most = 0;
    for (int yes = 0; yes < 12; ++yes) {
        CAPTURE(yes);
        Rig rig;
        rig.add(environment_tree());
        rig.make();
        int left = yes;
        std::size_t asked_at_no = 0;
        bool refused = false;
        const auto done = rig.power(PowerCommand::off, [&] {
            if (left-- > 0) return true;
            if (!refused) asked_at_no = rig.bmc().asked().size();
            refused = true;
            return false;
        });
        rig.until([] { return false; }, 30ms);
        if (!refused) {
            CHECK(done);
            CHECK(rig.bmc().count("POST", reset_path) == 1);
            continue;
        }
        REQUIRE_FALSE(done);
        CHECK(done.error().fault == Fault::cancelled);
        CHECK(rig.bmc().count("POST", reset_path) == 0);
        CHECK(rig.bmc().asked().size() == asked_at_no);
        if (yes == 0) CHECK(rig.bmc().connections() == 0);
        most = std::max(most, asked_at_no);
    }
    CHECK(most > 3);  // some were dropped late
}

TEST_CASE("N2: not even after a login that has to be repeated") {
    Rig rig;
    rig.add(environment_tree());
    rig.make();
    REQUIRE(rig.run(rig.actuator().chassis("n1")));
    rig.bmc().habits().statuses[std::string("POST ") + reset_path] = 401;
    bool wanted = true;
    rig.bmc().forget();
    const auto done = rig.power(PowerCommand::off, [&] {
        wanted = wanted && rig.bmc().count("POST", reset_path) == 0;
        return wanted;
    });
    REQUIRE_FALSE(done);
    CHECK(rig.bmc().count("POST", reset_path) == 1);
    CHECK(rig.bmc().count("POST") == 1);
}

TEST_CASE("N9: another machine than before is not switched") {
    Rig rig;
    rig.add(environment_tree());
    rig.make();
    REQUIRE(rig.run(rig.actuator().chassis("n1")));
    rig.bmc().tree().find(system_path)->get_object()["UUID"] =
        "99112233-4455-6677-8899-aabbccddeeff";
    const auto done = rig.power(PowerCommand::off);
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::refused);
    CHECK(rig.bmc().count("POST", reset_path) == 0);
    CHECK(rig.actuator().identity("n1") == "99112233445566778899aabbccddeeff");
}

TEST_CASE("a command without an answer is not sent again: its outcome is unknown") {
    Rig rig;
    rig.add(environment_tree());
    rig.group().timeout = 400ms;
    rig.make();
    REQUIRE(rig.run(rig.actuator().chassis("n1")));
    SUBCASE("silence") { rig.bmc().habits().silent_methods = {"POST"}; }
    SUBCASE("it cannot now") {
        rig.bmc().habits().statuses[std::string("POST ") + reset_path] = 500;
    }
    const auto done = rig.power(PowerCommand::cycle);
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::timeout);
    CHECK(rig.bmc().count("POST", reset_path) == 1);
}

TEST_CASE("a command overtakes the readings that wait") {
    Rig rig;
    rig.add(environment_tree());
    rig.group().interval = 1ms;
    rig.bmc().habits().delay = 30ms;
    rig.start();
    rig.next();
    rig.bmc().forget();
    REQUIRE(rig.power(PowerCommand::off));
    // One reading was under way at most.
    CHECK(rig.bmc().asked().size() <= 4);
}

TEST_CASE("a node that has no BMC is refused") {
    Rig rig;
    rig.add(environment_tree());
    rig.make();
    CHECK_FALSE(rig.actuator().reaches("n7"));
    CHECK_FALSE(rig.run(rig.actuator().chassis("n7")));
    CHECK(rig.actuator().session("n7") == 0);
}
