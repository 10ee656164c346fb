#include "tests/plugins/ipmi/ipmi_sim.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "daemon/ports/event.h"
#include "plugins/ipmi/limit.h"
#include "plugins/ipmi/node_manager.h"
#include "plugins/ipmi/sensors.h"
#include "tests/plugins/ipmi/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

constexpr unsigned short port = 6232;

std::shared_ptr<ipmi::Group> sim_group(std::vector<std::uint8_t> suites) {
    auto group = group_with(std::move(suites));
    group->workarounds.open_session_privilege = true;
    return group;
}

bool has_power(const Seen& seen) { return seen.power().has_value(); }

}  // namespace

TEST_CASE("OpenIPMI's ipmi_sim: power from the repository, sensors, session closed") {
    IpmiSim sim("127.20.3.1", port, IpmiSim::With::nothing);
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
    IpmiSim sim("127.20.3.2", port, IpmiSim::With::dcmi);
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
    IpmiSim sim("127.20.3.3", port, IpmiSim::With::nothing);
    if (!sim.missing().empty()) return;
    Rig rig(config_for({{"n1", "127.20.3.3", port, group_with({3})}}));
    rig.start();
    const Seen seen = rig.next(
        [](const Seen& s) { return s.failure && s.failure->fault == Fault::unauthorized; }, 30s);
    CHECK(seen.failure->text.find("opensesspriv") != std::string::npos);
}

TEST_CASE("OpenIPMI's ipmi_sim with a Node Manager: found, asked through the BMC, limits by it") {
    IpmiSim sim("127.20.3.4", port, IpmiSim::With::node_manager);
    if (!sim.missing().empty()) {
        fmt::print("skipped: {} not present\n", sim.missing());
        return;
    }
    ipmi_rmcpplus_init();
    const ipmi::Config config = config_for({});
    asio::io_context loop;
    ipmi::Network network(loop, config.network);
    ipmi::Bmc bmc(network, sim_group({3}), "n1", "127.20.3.4", port);
    ipmi::SensorTables tables;
    ipmi::Sensors sensors(bmc, tables);
    bool done = false;
    const auto story = [&]() -> asio::awaitable<void> {
        Result<void> said{};
        for (int attempt = 0; attempt < 50; ++attempt) {
            said = co_await sensors.update();
            if (said) break;
            co_await pause(100ms);
        }
        REQUIRE_MESSAGE(said, (said ? "" : said.error().text));
        REQUIRE(sensors.table()->node_manager);
        const ipmi::Target target = *sensors.table()->node_manager;
        CHECK(target.address == 0x2c);
        const ipmi::Request statistics = ipmi::get_node_manager_statistics(target);
        Result<ipmi::Answer> answer = co_await bmc.ask(ipmi::Priority::power, statistics);
        REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().text));
        auto reading = ipmi::parse_node_manager_statistics(*answer);
        REQUIRE(reading);
        CHECK(reading->watts == 340);

        const auto limiter = ipmi::node_manager_limiter(bmc, target);
        said = co_await limiter->set(250);
        REQUIRE_MESSAGE(said, (said ? "" : said.error().text));
        Result<CapReading> cap = co_await limiter->read();
        REQUIRE(cap);
        CHECK(cap->active);
        CHECK(cap->limit == Watts{250});
        CHECK(cap->least == Watts{100});
        answer = co_await bmc.ask(ipmi::Priority::power, statistics);
        REQUIRE(answer);
        CHECK(ipmi::parse_node_manager_statistics(*answer)->watts == 250);
        said = co_await limiter->set(50);
        CHECK_FALSE(said);
        said = co_await limiter->release();
        CHECK(said);
        cap = co_await limiter->read();
        CHECK_FALSE(cap->active);
        co_await bmc.close();
    };
    auto finished = [&done, &loop](const std::exception_ptr& failure) {
        done = true;
        loop.stop();
        if (failure) std::rethrow_exception(failure);
    };
    asio::co_spawn(loop, story(), finished);
    loop.run_for(30s);
    CHECK(done);
}
