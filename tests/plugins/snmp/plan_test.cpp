#include "plugins/snmp/plan.h"

#include <doctest/doctest.h>

#include "plugins/snmp/rows.h"
#include "tests/plugins/snmp/rig.h"

using namespace frugald;
using namespace frugald::snmp;

namespace {

Value number(double value) { return {.kind = Value::Kind::number, .number = value}; }
Value text(const char* value) { return {.kind = Value::Kind::text, .text = value}; }

/// A device in memory: an OID below the profile's base for each value.
struct FakeDevice {
    Oid base;
    Walks walks;

    explicit FakeDevice(const char* below) : base(*parse_oid(below)) {}
    void has(const char* column, const char* index, Value value) {
        const auto oid = join(base, *parse_oid(column));
        walks[oid].push_back({join(oid, *parse_oid(index)), std::move(value)});
    }
    std::map<std::string, double> read(const char* profile) const {
        const auto plan = make_plan(*shipped_profiles().find(profile), walks);
        std::vector<Value> values;
        for (const auto& item : plan.items)
            for (const auto& [column, rows] : walks)
                for (const auto& row : rows)
                    if (row.oid == item.oid) values.push_back(row.value);
        REQUIRE(values.size() == plan.items.size());
        std::map<std::string, double> found;
        for (const auto& reading : readings(plan, values))
            found[std::string{to_string(reading.quantity)} + " " + to_string(reading.part) + " " +
                  reading.name] = reading.value;
        return found;
    }
};

using Readings = std::map<std::string, double>;

}  // namespace

TEST_CASE("several totals become lines and a sum") {
    FakeDevice device{"1.3.6.1.4.1.1718.4.1"};
    device.has("3.2.1.2", "1.1", text("AA"));
    device.has("3.2.1.2", "2.1", text("BA"));
    device.has("3.3.1.3", "1.1", number(1000));
    device.has("3.3.1.3", "2.1", number(500));
    CHECK(device.read("sentry4") == Readings{{"power_watts line AA", 1000},
                                             {"power_watts line BA", 500},
                                             {"power_watts total ", 1500}});
}

TEST_CASE("a sum with an unknown part is unknown") {
    FakeDevice device{"1.3.6.1.4.1.1718.4.1"};
    device.has("3.3.1.3", "1.1", number(1000));
    device.has("3.3.1.3", "2.1", number(-1));
    CHECK(device.read("sentry4") == Readings{{"power_watts line 1.1", 1000}});
}

TEST_CASE("a total that the device does not know is the sum of its lines") {
    FakeDevice device{"1.3.6.1.4.1.1718.3"};
    device.has("1.6", "0", number(-1));
    device.has("2.2.1.2", "1.1", text("AA"));
    device.has("2.2.1.2", "1.2", text("AB"));
    device.has("2.2.1.12", "1.1", number(30));
    device.has("2.2.1.12", "1.2", number(40));
    CHECK(device.read("sentry3").at("power_watts total ") == 70);
    device.walks.begin()->second.front().value = number(71);
    CHECK(device.read("sentry3").at("power_watts total ") == 71);
}

TEST_CASE("the number of decimal digits comes from the device") {
    FakeDevice device{"1.3.6.1.4.1.13742.6"};
    device.has("5.4.3.1.4", "1.1.1", number(680));
    device.has("5.4.3.1.4", "1.1.5", number(138));
    device.has("5.4.3.1.4", "1.2.1", number(99));
    device.has("3.5.4.1.7", "1.1.1", number(3));
    device.has("3.5.4.1.7", "1.1.5", number(0));
    const auto found = device.read("raritan-px2");
    CHECK(found.at("current_amperes outlet 1") == doctest::Approx(0.68));
    CHECK(found.at("power_watts outlet 1") == 138);
    CHECK_MESSAGE(!found.contains("current_amperes outlet 2"), "no digits, no number");
}

TEST_CASE("rows that would share a name are called by their whole index") {
    FakeDevice device{"1.3.6.1.4.1.13742.6"};
    for (const char* outlet : {"1.1", "1.2", "2.1"}) {
        device.has("5.4.3.1.4", (std::string{outlet} + ".5").c_str(), number(10));
        device.has("3.5.4.1.7", (std::string{outlet} + ".5").c_str(), number(0));
    }
    CHECK(device.read("raritan-px2") == Readings{{"power_watts outlet 1.1", 10},
                                                 {"power_watts outlet 1.2", 10},
                                                 {"power_watts outlet 2.1", 10}});
}

TEST_CASE("one table of phases and banks is two") {
    FakeDevice device{"1.3.6.1.4.1.318.1.1.12"};
    for (const auto& [index, load, phase, bank] :
         {std::tuple{"1", 49, 1, 0}, std::tuple{"2", 2, 0, 1}, std::tuple{"3", 47, 0, 2}}) {
        device.has("2.3.1.1.2", index, number(load));
        device.has("2.3.1.1.4", index, number(phase));
        device.has("2.3.1.1.5", index, number(bank));
    }
    const auto found = device.read("apc-rpdu");
    CHECK(found.size() == 3);
    CHECK(found.at("current_amperes line L1") == doctest::Approx(4.9));
    CHECK(found.at("current_amperes branch B1") == doctest::Approx(0.2));
    CHECK(found.at("current_amperes branch B2") == doctest::Approx(4.7));
}

TEST_CASE("no answer, a negative and a listed number are all absent, and zero is zero") {
    Column column;
    column.quantity = Quantity::power_watts;
    column.absent = {65535};
    const Item item{.oid = {1}, .column = &column, .factor = 10};
    CHECK(item.measured(number(0)) == 0);
    CHECK(item.measured(number(12)) == 120);
    CHECK_FALSE(item.measured(number(-1)));
    CHECK_FALSE(item.measured(number(65535)));
    CHECK_MESSAGE(!item.measured(number(4294967295.0)), "-1 in an unsigned type");
    CHECK_FALSE(item.measured(text("on")));
    CHECK_FALSE(item.measured({}));
}
