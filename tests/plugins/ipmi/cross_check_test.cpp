#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/plugins/ipmi/ipmi_sim.h"
#include "tests/plugins/ipmi/rig.h"
#include "tests/plugins/ipmi/sensor_tools.h"

using namespace frugald;
using namespace frugald::test;

namespace {

constexpr double last_digit = 0.0051;  // both tools print two decimals

/// What frugald must make of a tool's reading; nothing: not a sensor that it reads.
std::optional<std::pair<Quantity, double>> expected(const ToolReading& tool) {
    if (!tool.value) return std::nullopt;
    const double value = *tool.value;
    const std::string& unit = tool.unit;
    if (unit == "C" || unit == "degrees C") return std::pair(Quantity::temperature_celsius, value);
    if (unit == "F" || unit == "degrees F")
        return std::pair(Quantity::temperature_celsius, (value - 32) * 5 / 9);
    if (unit == "K" || unit == "degrees K")
        return std::pair(Quantity::temperature_celsius, value - 273.15);
    if (unit == "V" || unit == "Volts") return std::pair(Quantity::voltage_volts, value);
    if (unit == "A" || unit == "Amps") return std::pair(Quantity::current_amperes, value);
    if (unit == "W" || unit == "Watts") return std::pair(Quantity::power_watts, value);
    if (unit == "RPM" || unit == "rev per minute") return std::pair(Quantity::fan_speed_rpm, value);
    return std::nullopt;
}

struct Tally {
    std::size_t compared = 0;
    std::vector<std::string> different;
};

/// Both lists in the order of the records. `knows_better`: names where the tool is wrong.
Tally compare(const std::vector<ToolReading>& theirs, const std::vector<Seen::Value>& ours,
              const std::vector<std::string>& knows_better) {
    Tally tally;
    std::size_t at = 0;
    const auto excused = [&knows_better](const std::string& name) {
        return std::find(knows_better.begin(), knows_better.end(), name) != knows_better.end();
    };
    for (const ToolReading& tool : theirs) {
        if (excused(tool.name)) continue;
        const auto wanted = expected(tool);
        if (!wanted) continue;
        while (at < ours.size() && excused(ours[at].part_name)) ++at;
        ++tally.compared;
        // Names that are packed (6-bit ASCII) FreeIPMI prints as they are.
        const bool readable = std::all_of(tool.name.begin(), tool.name.end(),
                                          [](char c) { return c >= ' ' && c <= '~'; });
        const bool same = at < ours.size() &&
                          (!readable || ours[at].part_name.starts_with(tool.name)) &&
                          ours[at].quantity == wanted->first &&
                          std::abs(ours[at].value - wanted->second) < last_digit;
        if (!same)
            tally.different.push_back(fmt::format(
                "{}: {} {}, we: {}", tool.name, *tool.value, tool.unit,
                at < ours.size() ? fmt::format("{} {}", ours[at].part_name, ours[at].value)
                                 : "nothing"));
        ++at;
    }
    while (at < ours.size() && excused(ours[at].part_name)) ++at;
    for (; at < ours.size(); ++at) tally.different.push_back("only we have " + ours[at].part_name);
    return tally;
}

void check(const char* who, const Tally& tally, std::size_t at_least) {
    fmt::print("{}: {} sensors compared, {} different\n", who, tally.compared,
               tally.different.size());
    for (const std::string& each : tally.different) FAIL_CHECK(each);
    CHECK(tally.compared >= at_least);
}

Seen all_sensors(const ipmi::BmcConfig& bmc) {
    Rig rig(config_for({bmc}));
    rig.start();
    return rig.next([](const Seen& s) { return s.source == "sdr" && s.values.size() > 5; }, 30s);
}

double value_of(const Seen& seen, const std::string& name) {
    for (const Seen::Value& value : seen.values)
        if (value.part_name == name) return value.value;
    FAIL("no sensor " << name);
    return 0;
}

// It makes the inverse of the cube 1/x^3, and does not ask for factors per reading.
const std::vector<std::string> freeipmi_errs{"Lin cubert", "Leak Curve"};
// It prints revolutions per minute as revolutions.
const std::vector<std::string> ipmitool_errs{"Pump"};

}  // namespace

TEST_CASE("room: every sensor reads as FreeIPMI's ipmi-sensors and ipmitool say") {
    if (!tool_present("ipmi-sensors") || !tool_present("ipmitool")) return;
    RoomRig room("n1", "127.20.5.1", "sensors = \"every\"\nnoise_percent = 0");
    room.tell("watts n1 300");
    const Seen seen = all_sensors({"n1", "127.20.5.1", RoomRig::port, group_with()});
    check("ipmi-sensors",
          compare(ipmi_sensors("127.20.5.1", RoomRig::port, 17), seen.values, freeipmi_errs), 35);
    check("ipmitool",
          compare(ipmitool_sensors("127.20.5.1", RoomRig::port, 17), seen.values, ipmitool_errs),
          37);
    // Where FreeIPMI gives up or errs: factors per reading, and the cube root.
    CHECK(value_of(seen, "Leak Curve") == doctest::Approx(19.4));
    CHECK(value_of(seen, "Lin cubert") == doctest::Approx(3));
}

TEST_CASE("room: workarounds bring discrete and unscanned sensors, as with FreeIPMI") {
    if (!tool_present("ipmi-sensors")) return;
    RoomRig room("n1", "127.20.5.11", "sensors = \"every\"\nnoise_percent = 0");
    room.tell("watts n1 300");
    auto group = group_with();
    group->workarounds.discrete_reading = true;
    group->workarounds.ignore_scanning = true;
    const Seen seen = all_sensors({"n1", "127.20.5.11", RoomRig::port, group});
    check("ipmi-sensors with workarounds",
          compare(ipmi_sensors("127.20.5.11", RoomRig::port, 17,
                               "discretereading,ignorescanningdisabled"),
                  seen.values, freeipmi_errs),
          37);
    CHECK(value_of(seen, "Power Meter") == 300);
    CHECK(value_of(seen, "GPU Temp") == 40);
}

TEST_CASE("OpenIPMI's ipmi_sim: every sensor reads as FreeIPMI's ipmi-sensors says") {
    if (!tool_present("ipmi-sensors")) return;
    constexpr unsigned short port = 6232;
    IpmiSim sim("127.20.5.21", port, IpmiSim::With::nothing);
    if (!sim.missing().empty()) {
        fmt::print("skipped: {} not present\n", sim.missing());
        return;
    }
    auto group = group_with({3});
    group->workarounds.open_session_privilege = true;
    const Seen seen = all_sensors({"n1", "127.20.5.21", port, group});
    check("ipmi-sensors on ipmi_sim",
          compare(ipmi_sensors("127.20.5.21", port, 3), seen.values, freeipmi_errs), 13);
    CHECK(value_of(seen, "P3V3") == doctest::Approx(3.25));
    CHECK(value_of(seen, "N12V") == doctest::Approx(-12.1));
}
