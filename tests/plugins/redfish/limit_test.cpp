// Power limits, and N6: no limit may ever power a node off.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "plugins/redfish/limit_bodies.h"
#include "tests/plugins/redfish/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

struct Row {
    const char* says;
    Tree tree;
    const char* path;
    const char* way;
    double good;
};

std::vector<Row> places() {
    return {
        {"EnvironmentMetrics", environment_tree(), environment_path, "redfish:environment", 450},
        {"a control (HPE Cray EX)", blade_tree(), control_path, "redfish:control", 450},
        {"Power", power_tree(R"([{"PowerConsumedWatts":234,"PowerLimit":{"LimitInWatts":null,
                 "LimitException":"NoAction"},"Oem":{"V":{"PowerLimit":{"Min":200,"Max":900}}}}])"),
         power_path, "redfish:power", 450}};
}

std::string all_bodies(const TestBmc& bmc) {
    std::string bodies;
    for (const auto& one : bmc.asked()) bodies += one.method == "PATCH" ? one.body + '\n' : "";
    return bodies;
}

}  // namespace

TEST_CASE("a limit is set, read back and released over TLS") {
    for (auto& row : places()) {
        CAPTURE(row.says);
        Rig rig;
        rig.add(std::move(row.tree));
        rig.bmc().habits().demand_if_match = true;
        rig.make();
        const auto before = rig.cap();
        REQUIRE_MESSAGE(before, before.error().text);
        CHECK_FALSE(before->active);
        const auto set = rig.run(rig.actuator().set_cap("n1", Watts{row.good}));
        REQUIRE_MESSAGE(set, set.error().text);
        const auto now = rig.cap();
        REQUIRE(now);
        CHECK(now->active);
        CHECK(now->limit == Watts{row.good});
        CHECK(now->way == row.way);
        const auto released = rig.run(rig.actuator().release_cap("n1"));
        REQUIRE_MESSAGE(released, released.error().text);
        CHECK_FALSE(rig.cap()->active);
        CHECK(rig.bmc().count("PATCH", row.path) == 2);
        CHECK(rig.bmc().count("PATCH") == 2);
    }
}

TEST_CASE("bounds and delay are told") {
    Rig rig;
    rig.add(blade_tree());
    rig.make();
    const auto cap = rig.cap();
    REQUIRE(cap);
    CHECK(cap->least == Watts{300});
    CHECK(cap->most == Watts{900});
    CHECK(cap->correction == 6s);
}

TEST_CASE("nothing below or above the bounds is ever sent") {
    for (auto& row : places()) {
        CAPTURE(row.says);
        Rig rig;
        rig.add(std::move(row.tree));
        rig.make();
        for (const double watts : {-1.0, 0.0, 1.0, 100.0, 199.0, 901.0, 1e9}) {
            CAPTURE(watts);
            const auto set = rig.run(rig.actuator().set_cap("n1", Watts{watts}));
            REQUIRE_FALSE(set);
            CHECK_FALSE(set.error().text.empty());
        }
        CHECK(rig.bmc().count("PATCH") == 0);
    }
}

TEST_CASE("a refusal says what is allowed") {
    Rig rig;
    rig.add(blade_tree());
    rig.make();
    const auto set = rig.run(rig.actuator().set_cap("n1", Watts{250}));
    REQUIRE_FALSE(set);
    CHECK(set.error().fault == Fault::refused);
    CHECK(set.error().text.find("allows 300 to 900 W") != std::string::npos);
}

TEST_CASE("N6: HardPowerOff cannot be encoded") {
    using namespace redfish;
    for (const auto kind : {LimitKind::environment, LimitKind::control, LimitKind::power})
        for (const bool exception : {false, true})
            for (const std::size_t member : {0U, 2U}) {
                const LimitPlace place{kind, member, exception};
                for (const auto& body :
                     {set_body(place, 500), release_body(place), disarm_body(place)}) {
                    CHECK(parse_document(body));
                    CHECK(body.find("HardPowerOff") == std::string::npos);
                }
            }
    CHECK(
        set_body({LimitKind::power, 1, true}, 500) ==
        R"({"PowerControl":[{},{"PowerLimit":{"LimitInWatts":500,"LimitException":"NoAction"}}]})");
}

TEST_CASE("N6: where a BMC is set to HardPowerOff, that is changed before there is a limit") {
    Rig rig;
    rig.add(
        power_tree(R"([{"PowerLimit":{"LimitInWatts":null,"LimitException":"HardPowerOff"}}])"));
    rig.make();
    bool armed = false;
    rig.bmc().habits().after_patch = [&armed](json::value& resource) {
        const auto& limit = resource.at("PowerControl").at(0).at("PowerLimit");
        armed |=
            limit.at("LimitException") == "HardPowerOff" && !limit.at("LimitInWatts").is_null();
    };
    const auto set = rig.run(rig.actuator().set_cap("n1", Watts{400}));
    REQUIRE_MESSAGE(set, set.error().text);
    CHECK_FALSE(armed);
    CHECK(rig.cap()->limit == Watts{400});
    CHECK(rig.bmc()
              .tree()
              .find(power_path)
              ->at("PowerControl")
              .at(0)
              .at("PowerLimit")
              .at("LimitException") == "NoAction");
}

TEST_CASE("N6: a BMC that keeps HardPowerOff gets no limit") {
    Rig rig;
    rig.add(
        power_tree(R"([{"PowerLimit":{"LimitInWatts":null,"LimitException":"HardPowerOff"}}])"));
    rig.bmc().habits().keeps_exception = true;
    rig.make();
    const auto set = rig.run(rig.actuator().set_cap("n1", Watts{400}));
    REQUIRE_FALSE(set);
    CHECK(set.error().text.find("HardPowerOff") != std::string::npos);
    CHECK(all_bodies(rig.bmc()).find("LimitInWatts") == std::string::npos);
}

TEST_CASE("N6: a limit that arms a power-off nevertheless is taken back") {
    Rig rig;
    rig.add(power_tree(R"([{"PowerLimit":{"LimitInWatts":null,"LimitException":"NoAction"}}])"));
    rig.bmc().habits().arms_exception = true;
    rig.make();
    CHECK_FALSE(rig.run(rig.actuator().set_cap("n1", Watts{400})));
    CHECK(rig.bmc()
              .tree()
              .find(power_path)
              ->at("PowerControl")
              .at(0)
              .at("PowerLimit")
              .at("LimitInWatts")
              .is_null());
}

TEST_CASE("what is accepted and not done is not believed") {
    Rig rig;
    rig.add(environment_tree());
    rig.bmc().habits().after_patch = [](json::value& resource) {
        resource.at("PowerLimitWatts").get_object()["SetPoint"] = 700;
    };
    rig.make();
    const auto set = rig.run(rig.actuator().set_cap("n1", Watts{400}));
    REQUIRE_FALSE(set);
    CHECK(set.error().text.find("shows 700 W") != std::string::npos);
}

TEST_CASE("a BMC without limits says so, a refusal carries its words") {
    Rig rig;
    rig.add(power_tree(R"([{"PowerConsumedWatts":5}])"));
    rig.add(environment_tree());
    rig.bmc(1).habits().statuses["PATCH " + std::string(environment_path)] = 400;
    rig.make();
    const auto none = rig.cap();
    REQUIRE_FALSE(none);
    CHECK(none.error().fault == Fault::unsupported);
    const auto refused = rig.run(rig.actuator().set_cap("n2", Watts{400}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::refused);
    CHECK(refused.error().text.find("as the test wants it") != std::string::npos);
}
