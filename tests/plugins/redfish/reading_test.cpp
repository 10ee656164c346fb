#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

#include "tests/plugins/redfish/rig.h"

using namespace frugald;
using namespace frugald::test;

TEST_CASE("EnvironmentMetrics is read first, with state and energy, over TLS") {
    Rig rig;
    rig.add(environment_tree());
    rig.start();
    const Seen seen = rig.next();
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(seen.watts() == 350.5);
    CHECK(seen.joules() == 12.5 * 3.6e6);
    CHECK(seen.source == "redfish:environment");
    CHECK(seen.chassis == Chassis::on);
    CHECK(rig.actuator().identity("n1") == "00112233445566778899aabbccddeeff");
}

TEST_CASE("without it Power is read, and what was missing is not asked for again") {
    Rig rig;
    rig.add(power_tree(R"([{"PowerConsumedWatts":"97"}])"));
    rig.start();
    for (int i = 0; i < 4; ++i) {
        const Seen seen = rig.next();
        CHECK(seen.watts() == 97);
        CHECK(seen.source == "redfish:power");
    }
    CHECK(rig.bmc().count("GET", environment_path) == 1);
    CHECK(rig.bmc().count("GET", power_path) >= 4);
    CHECK(rig.bmc().count("GET", chassis_path) == 1);
    CHECK(rig.bmc().connections() == 1);
    CHECK(rig.bmc().count("POST", "/redfish/v1/SessionService/Sessions") == 1);
}

TEST_CASE("a blade's watts come from its sensor") {
    Rig rig;
    rig.add(blade_tree());
    rig.start();
    const Seen seen = rig.next();
    CHECK(seen.watts() == 436);
    CHECK(seen.source == "redfish:sensor");
}

TEST_CASE("plain HTTP works where it was asked for") {
    Rig rig;
    rig.add(environment_tree(), true);
    rig.start();
    CHECK(rig.next().watts() == 350.5);
}

TEST_CASE("supplies of a PowerSubsystem are read beside it") {
    Tree tree = environment_tree();
    tree.add(
        "/redfish/v1/Chassis/1/PowerSubsystem",
        R"({"PowerSupplies":{"@odata.id":"/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies"}})");
    tree.add("/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies", R"({"Members":[
        {"@odata.id":"/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies/Bay1"},
        {"@odata.id":"/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies/Bay2"}]})");
    tree.add(
        "/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies/Bay1",
        R"({"Metrics":{"@odata.id":"/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies/Bay1/Metrics"}})");
    tree.add("/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies/Bay2", "{}");
    tree.add("/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies/Bay1/Metrics",
             R"({"InputPowerWatts":{"Reading":371.5}})");
    Rig rig;
    rig.add(std::move(tree));
    rig.start();
    const auto supplies = rig.next().supplies();
    REQUIRE(supplies.size() == 1);
    CHECK(supplies[0].part_name == "Bay1");
    CHECK(supplies[0].value == 371.5);
}

TEST_CASE("0 W of a node that is on is not believed, of one that is off it is") {
    Rig rig;
    rig.add(power_tree(R"([{"PowerConsumedWatts":5}])"));
    rig.start();
    CHECK(rig.next().watts() == 5);
    rig.bmc().tree().add(power_path, R"({"PowerControl":[{"PowerConsumedWatts":0}]})");
    const Seen on = rig.next([](const Seen& seen) { return seen.watts() != 5; });
    CHECK_FALSE(on.watts());
    CHECK(on.refused == std::vector<std::string>{"zero"});
    rig.bmc().tree().find(system_path)->get_object()["PowerState"] = "Off";
    const Seen off = rig.next([](const Seen& seen) { return seen.watts().has_value(); });
    CHECK(off.watts() == 0);
    CHECK(off.chassis == Chassis::off);
}

TEST_CASE("a BMC without any power reading is told as such, not as silent") {
    Rig rig;
    rig.add(bare_tree());
    rig.start();
    const Seen seen = rig.next();
    CHECK_FALSE(seen.failure);
    CHECK_FALSE(seen.watts());
    CHECK(seen.chassis == Chassis::on);
}

TEST_CASE("a chassis whose own resource is missing still has its power (Intel)") {
    Tree tree = bare_tree();
    tree.add("/redfish/v1/Chassis", R"({"Members":[{"@odata.id":"/redfish/v1/Chassis/Rack"},
        {"@odata.id":"/redfish/v1/Chassis/1/Baseboard"}]})");
    tree.add("/redfish/v1/Chassis/1/Baseboard/Power",
             R"({"PowerControl":[{"PowerConsumedWatts":148}]})");
    Rig rig;
    rig.add(std::move(tree));
    rig.start();
    CHECK(rig.next().watts() == 148);
}

TEST_CASE("several systems on one BMC: each node is one of them, over one login") {
    Tree tree = bare_tree();
    tree.add("/redfish/v1/Systems", R"({"Members":[{"@odata.id":"/redfish/v1/Systems/Node0"},
        {"@odata.id":"/redfish/v1/Systems/Node1"}]})");
    tree.add("/redfish/v1/Systems/Node0", R"({"PowerState":"On"})");
    tree.add("/redfish/v1/Systems/Node1", R"({"PowerState":"Off"})");
    tree.add("/redfish/v1/Chassis", R"({"Members":[{"@odata.id":"/redfish/v1/Chassis/Enclosure"},
        {"@odata.id":"/redfish/v1/Chassis/Node0"},{"@odata.id":"/redfish/v1/Chassis/Node1"}]})");
    tree.add("/redfish/v1/Chassis/Enclosure/Power",
             R"({"PowerControl":[{"PowerConsumedWatts":999}]})");
    tree.add("/redfish/v1/Chassis/Node0/Power", R"({"PowerControl":[{"PowerConsumedWatts":100}]})");
    tree.add("/redfish/v1/Chassis/Node1/Power", R"({"PowerControl":[{"PowerConsumedWatts":7}]})");
    Rig rig;
    rig.add(std::move(tree));
    rig.node(0).system = "Node0";
    rig.add_node("node1");
    SUBCASE("named") {
        rig.start();
        const Seen first = rig.next([](const Seen& seen) { return seen.device == "n1"; });
        const Seen second = rig.next([](const Seen& seen) { return seen.device == "n2"; });
        CHECK(first.watts() == 100);
        CHECK(first.chassis == Chassis::on);
        CHECK(second.watts() == 7);
        CHECK(second.chassis == Chassis::off);
        CHECK(rig.bmc().connections() == 1);
        CHECK_FALSE(rig.actuator().identity("n1"));
    }
    SUBCASE("not named: refused, because it may be the wrong machine (N9)") {
        rig.node(0).system = "";
        rig.start();
        const Seen seen = rig.next([](const Seen& one) { return one.device == "n1"; });
        REQUIRE(seen.failure);
        CHECK(seen.failure->fault == Fault::invalid);
        CHECK(seen.failure->text.find("Node0, Node1") != std::string::npos);
        CHECK_FALSE(rig.power(PowerCommand::off));
        CHECK(rig.bmc().count("POST", "/redfish/v1/Systems/Node0/Actions/ComputerSystem.Reset") ==
              0);
    }
}

TEST_CASE("what an enclosure draws is not what one of its nodes draws") {
    Tree tree = bare_tree();
    tree.find(chassis_path)->get_object()["Links"] = json::parse(
        R"({"ComputerSystems":[{"@odata.id":"/redfish/v1/Systems/1"},{"@odata.id":"/redfish/v1/Systems/2"}]})");
    tree.add(environment_path, R"({"PowerWatts":{"Reading":2000}})");
    tree.add(power_path, R"({"PowerControl":[{"Name":"Chassis","PowerConsumedWatts":2000}]})");
    Rig rig;
    rig.add(std::move(tree));
    SUBCASE("nothing of its own") {
        rig.start();
        CHECK_FALSE(rig.next().watts());
    }
    SUBCASE("a member of its own") {
        rig.bmc().tree().add(power_path, R"({"PowerControl":[
            {"Name":"Node","PowerConsumedWatts":500,"RelatedItem":[{"@odata.id":"/redfish/v1/Systems/2"}]},
            {"Name":"Node","PowerConsumedWatts":400,"RelatedItem":[{"@odata.id":"/redfish/v1/Systems/1"}]}]})");
        rig.start();
        CHECK(rig.next().watts() == 400);
    }
}

TEST_CASE("no other chassis stands in for the node's own") {
    Tree tree = bare_tree();
    tree.add("/redfish/v1/Chassis", R"({"Members":[{"@odata.id":"/redfish/v1/Chassis/GPU_0"},
        {"@odata.id":"/redfish/v1/Chassis/1"}]})");
    tree.add("/redfish/v1/Chassis/GPU_0/EnvironmentMetrics", R"({"PowerWatts":{"Reading":600}})");
    Rig rig;
    rig.add(std::move(tree));
    rig.start();
    CHECK_FALSE(rig.next().watts());
}

TEST_CASE("a blade whose sensor has another name is found through its control") {
    Tree tree = blade_tree();
    tree.add("/redfish/v1/Chassis/1/Sensors", R"({"Members":[]})");
    tree.add("/redfish/v1/Chassis/1/Sensors/NodeInput",
             R"({"Reading":512,"ReadingType":"Power","ReadingUnits":"W"})");
    tree.find(control_path)->get_object()["Sensor"] =
        json::parse(R"({"DataSourceUri":"/redfish/v1/Chassis/1/Sensors/NodeInput"})");
    Rig rig;
    rig.add(std::move(tree));
    rig.start();
    CHECK(rig.next().watts() == 512);
}
