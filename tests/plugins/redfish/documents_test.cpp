// What single resources say: every deviation that was seen on a machine is a row.

#include <doctest/doctest.h>

#include "plugins/redfish/documents.h"

using namespace frugald;
using namespace frugald::redfish;

namespace {

Document document(std::string_view text) {
    auto parsed = parse_document(text);
    REQUIRE_MESSAGE(parsed, text);
    return *std::move(parsed);
}

struct PowerRow {
    const char* says;
    const char* power;
    std::optional<double> watts;
    std::optional<double> average{};
};

const PowerRow power_rows[] = {
    {"a plain number", R"({"PowerControl":[{"PowerConsumedWatts":234}]})", 234},
    {"PowerControl as an object, numbers as text (Cisco)",
     R"({"PowerControl":{"PhysicalContext":"PowerSupply","PowerConsumedWatts":"152",
         "PowerMetric":{"IntervalInMin":0.0833,"AverageConsumedWatts":"170"}}})",
     152, 170},
    {"only the average of a minute, MemberId a number (AMI)",
     R"({"PowerControl":[{"MemberId":0,"PowerMetrics":{"IntervalInMin":1,
         "AverageConsumedWatts":180}}]})",
     std::nullopt, 180},
    {"an average of 57 days is no reading",
     R"({"PowerControl":[{"PowerMetrics":{"IntervalInMin":82355,"AverageConsumedWatts":147}}]})",
     std::nullopt},
    {"an average over nothing is none",
     R"({"PowerControl":[{"PowerMetrics":{"IntervalInMin":0,"AverageConsumedWatts":46}}]})",
     std::nullopt},
    {"no PowerControl (HPE Cray EX)", R"({"Voltages":[]})", std::nullopt},
    {"an empty PowerControl", R"({"PowerControl":[]})", std::nullopt},
    {"null", R"({"PowerControl":[{"PowerConsumedWatts":null}]})", std::nullopt},
    {"text that is no number", R"({"PowerControl":[{"PowerConsumedWatts":"N/A"}]})", std::nullopt},
    {"of server, processors and memory the server, no sum (Lenovo)",
     R"({"PowerControl":[{"Name":"CPU Sub-system Power","PowerConsumedWatts":120},
         {"Name":"Server Power Control","PowerConsumedWatts":320},
         {"Name":"Memory Sub-system Power","PowerConsumedWatts":40}]})",
     320},
    {"the context tells them apart too",
     R"({"PowerControl":[{"PhysicalContext":"CPU","PowerConsumedWatts":120},
         {"PhysicalContext":"Chassis","PowerConsumedWatts":320}]})",
     320},
    {"processors alone are not the node",
     R"({"PowerControl":[{"Name":"CPU Power","PowerConsumedWatts":120}]})", std::nullopt},
    {"of an enclosure's nodes the one that is related to the system",
     R"({"PowerControl":[
         {"Name":"Node","PowerConsumedWatts":11,"RelatedItem":[{"@odata.id":"/redfish/v1/Systems/8"}]},
         {"Name":"Node","PowerConsumedWatts":22,"RelatedItem":[{"@odata.id":"/redfish/v1/Systems/1/"}]}
         ]})",
     22},
};

}  // namespace

TEST_CASE("watts of a Power resource") {
    for (const auto& row : power_rows) {
        CAPTURE(row.says);
        const auto facts = read_power(document(row.power), "/redfish/v1/Systems/1");
        CHECK(facts.watts == row.watts);
        CHECK(facts.average_watts == row.average);
    }
}

TEST_CASE("watts and energy of EnvironmentMetrics") {
    const auto full =
        read_environment(document(R"({"PowerWatts":{"Reading":374},"EnergykWh":{"Reading":2}})"));
    CHECK(full.watts == 374);
    CHECK(full.energy_joules == 7.2e6);
    const auto hgx = read_environment(document(R"({"PowerWatts":{"Reading":374},"EnergykWh":[]})"));
    CHECK(hgx.watts == 374);
    CHECK_FALSE(hgx.energy_joules);
    CHECK_FALSE(read_environment(document(R"({"PowerWatts":{"Reading":null}})")).watts);
    CHECK_FALSE(read_environment(document(R"({"PowerWatts":{}})")).watts);
}

TEST_CASE("a sensor has watts only if it measures power") {
    CHECK(read_sensor(document(R"({"Reading":736,"ReadingType":"Power","ReadingUnits":"W"})"))
              .watts == 736);
    CHECK(read_sensor(document(R"({"Reading":196,"ReadingType":"Power"})")).watts == 196);
    CHECK_FALSE(read_sensor(document(R"({"Reading":3,"ReadingType":"Temperature"})")).watts);
    CHECK_FALSE(
        read_sensor(document(R"({"Reading":3,"ReadingType":"Power","ReadingUnits":"kW"})")).watts);
    CHECK_FALSE(read_sensor(document(R"({"ReadingType":"Power","ReadingUnits":"W"})")).watts);
}

TEST_CASE("supplies have input watts, and names that tell them apart") {
    const auto facts = read_power(
        document(R"({"PowerSupplies":[{"Name":"PSU","MemberId":"0","PowerInputWatts":110},
            {"Name":"PSU","MemberId":1,"PowerInputWatts":"90"},
            {"Name":"Bay 3","LastPowerOutputWatts":50}]})"),
        "");
    REQUIRE(facts.supplies.size() == 2);
    CHECK(facts.supplies[0].name == "PSU 0");
    CHECK(facts.supplies[1].name == "PSU 1");
    CHECK(facts.supplies[1].watts == 90);
}

namespace {

struct LimitRow {
    const char* says;
    LimitKind kind;
    const char* document;
    bool there;
    bool active = false;
    double limit = 0;
    double least = 0, most = 0;  // 0: not told
    bool hard_power_off = false;
};

const LimitRow limit_rows[] = {
    {"in force", LimitKind::environment,
     R"({"PowerLimitWatts":{"SetPoint":500,"AllowableMin":150,"AllowableMax":1000,
         "ControlMode":"Automatic"}})",
     true, true, 500, 150, 1000},
    {"disabled", LimitKind::environment,
     R"({"PowerLimitWatts":{"SetPoint":500,"ControlMode":"Disabled"}})", true, false, 500},
    {"no limit at all", LimitKind::environment, R"({"PowerWatts":{"Reading":3}})", false},
    {"SetPoint 0 and disabled: none (EX235a)", LimitKind::control,
     R"({"ControlType":"Power","PhysicalContext":"Chassis","SetPoint":0,"ControlMode":"Disabled",
         "SettingRangeMin":764,"SettingRangeMax":2754})",
     true, false, 0, 764, 2754},
    {"percent is no limit in watts (BlueField)", LimitKind::control,
     R"({"ControlType":"Power","SetPoint":50,"SetPointUnits":"%","ControlMode":"Automatic"})",
     false},
    {"an accelerator's limit is not the node's", LimitKind::control,
     R"({"ControlType":"Power","PhysicalContext":"Accelerator","SetPoint":300})", false},
    {"a clock is no power", LimitKind::control,
     R"({"ControlType":"FrequencyMHz","PhysicalContext":"Chassis","SetPoint":300})", false},
    {"null is no limit (iDRAC9)", LimitKind::power,
     R"({"PowerControl":[{"PowerLimit":{"LimitInWatts":null,"LimitException":"HardPowerOff"}}]})",
     true, false, 0, 0, 0, true},
    {"a number is one", LimitKind::power,
     R"({"PowerControl":[{"PowerLimit":{"LimitInWatts":"500","LimitException":"LogEventOnly"}}]})",
     true, true, 500},
    {"there, but the control is disabled, bounds in Oem (Gigabyte)", LimitKind::power,
     R"({"PowerControl":[{"Status":{"State":"Disabled"},
         "PowerLimit":{"LimitInWatts":500,"LimitException":"HardPowerOff"},
         "Oem":{"Vendor":{"PowerLimit":{"Min":61,"Max":900}}}}]})",
     true, false, 500, 61, 900, true},
    {"PowerLimit missing (XL675d)", LimitKind::power, R"({"PowerControl":[{}]})", false},
    {"PowerLimit empty", LimitKind::power, R"({"PowerControl":[{"PowerLimit":{}}]})", false},
};

}  // namespace

TEST_CASE("power limits") {
    for (const auto& row : limit_rows) {
        CAPTURE(row.says);
        const auto facts = read_limit(row.kind, document(row.document), "");
        REQUIRE(facts.has_value() == row.there);
        if (!facts) continue;
        CHECK(facts->reading.active == row.active);
        CHECK(facts->reading.limit.value == row.limit);
        CHECK(facts->reading.least.value_or(Watts{}).value == row.least);
        CHECK(facts->reading.most.value_or(Watts{}).value == row.most);
        CHECK(facts->hard_power_off == row.hard_power_off);
        CHECK(facts->reading.way == to_string(row.kind));
    }
}

TEST_CASE("a state that is neither On nor Off is unknown") {
    const auto state = [](const char* text) { return read_system(document(text)).chassis; };
    CHECK(state(R"({"PowerState":"On"})") == Chassis::on);
    CHECK(state(R"({"PowerState":"Off"})") == Chassis::off);
    for (const char* text :
         {R"({"PowerState":"PoweringOff"})", R"({"PowerState":"PoweringOn"})",
          R"({"PowerState":"Paused"})", R"({"PowerState":null})", R"({"PowerState":0})", R"({})"})
        CHECK(state(text) == Chassis::unknown);
}

TEST_CASE("a UUID that many boards share is none") {
    const auto uuid = [](const char* text) { return read_uuid(document(text)); };
    CHECK(uuid(R"({"UUID":"36383150-3630-584D-5130-313930323042"})") ==
          "363831503630584d5130313930323042");
    CHECK_FALSE(uuid(R"({"UUID":"00000000-0000-0000-0000-000000000000"})"));
    CHECK_FALSE(uuid(R"({"UUID":"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"})"));
    CHECK_FALSE(uuid(R"({"UUID":"03000200-0400-0500-0006-000700080009"})"));
    CHECK_FALSE(uuid(R"({"UUID":"not set"})"));
    CHECK_FALSE(uuid(R"({})"));
}

TEST_CASE("reset types: only what the BMC offers, never the button") {
    using Types = std::vector<std::string>;
    const Types usual{"On", "ForceOff", "GracefulShutdown", "ForceRestart", "PushPowerButton"};
    CHECK(choose_reset(PowerCommand::on, usual) == "On");
    CHECK(choose_reset(PowerCommand::off, usual) == "ForceOff");
    CHECK(choose_reset(PowerCommand::soft, usual) == "GracefulShutdown");
    CHECK(choose_reset(PowerCommand::cycle, usual) == "ForceRestart");
    CHECK(choose_reset(PowerCommand::on, {"ForceOn"}) == "ForceOn");
    CHECK(choose_reset(PowerCommand::cycle, {"ForceRestart", "PowerCycle"}) == "PowerCycle");
    CHECK(choose_reset(PowerCommand::soft, {"On", "ForceOff", "Off"}) == "Off");
    CHECK_FALSE(
        choose_reset(PowerCommand::off, {"On", "PushPowerButton", "Nmi", "GracefulShutdown"}));
    CHECK_FALSE(choose_reset(PowerCommand::on, {}));
    const auto info = read_reset_info(document(R"({"Parameters":[{"Name":"Delay"},
        {"Name":"ResetType","AllowableValues":["On","ForceOff","Off"]}]})"));
    CHECK(info == Types{"On", "ForceOff", "Off"});
}

TEST_CASE("BIOS attributes as scalars and as objects (HPE Cray EX)") {
    const auto all = read_bios_attributes(document(R"({"Attributes":{"SysProfile":"PerfOptimized",
        "AcPwrRcvry":"Last","ControlledTurboMinusBin":0,"ProcTurboMode":true,
        "Determinism Control":{"current_value":"Power","AllowableValues":["Power"]},
        "ProcCStates":null}})"));
    CHECK(all.size() == 5);
    const auto energy = energy_attributes(all, {{"AcPwrRcvry", "Last"}});
    CHECK(energy == std::map<std::string, std::string>{{"SysProfile", "PerfOptimized"},
                                                       {"AcPwrRcvry", "Last"},
                                                       {"ProcTurboMode", "true"},
                                                       {"Determinism Control", "Power"}});
}

TEST_CASE("JSON: depth, paths and numbers are limited") {
    CHECK_FALSE(parse_document(std::string(100000, '[')));
    CHECK_FALSE(parse_document(R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}"));
    CHECK_FALSE(parse_document("[1]"));
    CHECK_FALSE(parse_document(""));
    CHECK_FALSE(parse_document(R"({"a":1} trailing)"));
    const Document paths = document(
        R"({"good":{"@odata.id":"/redfish/v1/Chassis/RackMount/Baseboard"},"url":"http://x/y",
            "other":"//x/y","split":"/a\r\nHost: b","space":"/a b","number":7})");
    CHECK(link(find(paths, "good")) == "/redfish/v1/Chassis/RackMount/Baseboard");
    for (const char* key : {"url", "other", "split", "space", "number", "missing"})
        CHECK_FALSE(link(find(paths, key)));
    const Document numbers = document(R"({"a":"14.000","b":1e999,"c":"1e999","d":" 7 ","e":""})");
    CHECK(number(find(numbers, "a")) == 14);
    CHECK(number(find(numbers, "d")) == 7);
    for (const char* key : {"b", "c", "e"}) CHECK_FALSE(number(find(numbers, key)));
    CHECK(same_resource("/redfish/v1/systems/1/bios/", "/redfish/v1/Systems/1/Bios#/Attributes"));
    CHECK(lies_below("/redfish/v1/Chassis/RackMount/Baseboard", "/redfish/v1/Chassis/Rackmount/"));
    CHECK_FALSE(lies_below("/redfish/v1/Chassis/RackMount2", "/redfish/v1/Chassis/RackMount"));
}
