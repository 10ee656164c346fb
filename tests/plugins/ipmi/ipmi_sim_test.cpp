#include "tests/plugins/ipmi/ipmi_sim.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "tests/plugins/ipmi/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

constexpr unsigned short port = 6232;

std::string dcmi_module() {
    const char* shared = std::getenv("FRUGALD_SHARED");
    const std::filesystem::path place =
        shared ? std::filesystem::path(shared)
               : std::filesystem::path(FRUGALD_SOURCE_DIR) / "../shared";
    const auto file = place / "lab/ipmi_sim/dcmi_mod.c";
    return std::filesystem::exists(file) ? std::filesystem::canonical(file).string() : "";
}

std::shared_ptr<ipmi::Group> sim_group(std::vector<std::uint8_t> suites) {
    auto group = group_with(std::move(suites));
    group->workarounds.open_session_privilege = true;
    return group;
}

bool has_power(const Seen& seen) { return seen.power().has_value(); }

}  // namespace

TEST_CASE("OpenIPMI's ipmi_sim: power from the repository, sensors, session closed") {
    IpmiSim sim("127.20.3.1", port, "");
    if (!sim.missing().empty()) {
        fmt::print("skipped: {} not present\n", sim.missing());
        return;
    }
    // Suite 17 is refused by ipmi_sim, then 3 is tried.
    Rig rig(config_for({{"n1", "127.20.3.1", port, sim_group({17, 3})}}));
    rig.start();
    const Seen power = rig.next(has_power, 30s);
    CHECK(power.source == "sdr");
    CHECK(power.power() == 340);
    const Seen sensors = rig.next([](const Seen& s) { return s.values.size() == 13; }, 30s);
    CHECK(sensors.values[0].part_name == "Inlet Temp");
    CHECK(sensors.values[0].value == 23);
    CHECK(sensors.values[1].part_name == "Fan1");
    CHECK(sensors.values[1].value == 7200);
    CHECK(rig.run(rig.actuator().chassis("n1")).has_value());
    rig.stop();
}

TEST_CASE("OpenIPMI's ipmi_sim with DCMI: power, chassis control and power limit") {
    const std::string module = dcmi_module();
    if (module.empty()) {
        fmt::print("skipped: shared lab/ipmi_sim/dcmi_mod.c not present\n");
        return;
    }
    IpmiSim sim("127.20.3.2", port, module);
    if (!sim.missing().empty()) {
        fmt::print("skipped: {} not present\n", sim.missing());
        return;
    }
    Rig rig(config_for({{"n1", "127.20.3.2", port, sim_group({3})}}));
    rig.start();
    const Seen seen = rig.next(has_power, 30s);
    CHECK(seen.source == "dcmi");
    CHECK(seen.power() == 340);
    CHECK(seen.chassis == Chassis::on);

    const auto wanted = [] { return true; };
    CHECK(rig.run(rig.actuator().set_cap("n1", Watts{300})).has_value());
    const auto cap = rig.run(rig.actuator().cap("n1"));
    REQUIRE(cap);
    CHECK(cap->active);
    CHECK(cap->limit == Watts{300});
    CHECK(rig.next([](const Seen& s) { return s.power() == 300; }).source == "dcmi");
    const auto outside = rig.run(rig.actuator().set_cap("n1", Watts{5000}));
    REQUIRE_FALSE(outside);
    CHECK(outside.error().fault == Fault::refused);
    CHECK(outside.error().text.find("out of its range") != std::string::npos);
    CHECK(rig.run(rig.actuator().release_cap("n1")).has_value());

    CHECK(rig.run(rig.actuator().power("n1", PowerCommand::off, wanted)).has_value());
    CHECK(rig.run(rig.actuator().chassis("n1")) == Chassis::off);
    CHECK(rig.run(rig.actuator().power("n1", PowerCommand::on, wanted)).has_value());
    CHECK(rig.run(rig.actuator().chassis("n1")) == Chassis::on);
}

TEST_CASE("OpenIPMI's ipmi_sim: without the workaround the message names it") {
    IpmiSim sim("127.20.3.3", port, "");
    if (!sim.missing().empty()) return;
    Rig rig(config_for({{"n1", "127.20.3.3", port, group_with({3})}}));
    rig.start();
    const Seen seen = rig.next(
        [](const Seen& s) { return s.failure && s.failure->fault == Fault::unauthorized; }, 30s);
    CHECK(seen.failure->text.find("opensesspriv") != std::string::npos);
}
