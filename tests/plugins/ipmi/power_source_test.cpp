#include "plugins/ipmi/power_source.h"

#include <doctest/doctest.h>

#include "plugins/ipmi/commands.h"
#include "tests/plugins/ipmi/rig.h"

using namespace frugald;
using namespace frugald::ipmi;
using namespace frugald::test;

namespace {

/// A power source on a BMC of the room, without a poller.
struct PowerRig {
    explicit PowerRig(const std::string& address, const ipmi::Habits& habits = {})
        : network(loop, config_for({}).network),
          bmc(network, group_of(habits), "n1", address, RoomRig::port),
          sensors(bmc, tables),
          power(bmc) {
        ipmi_rmcpplus_init();
        REQUIRE(run(sensors.update()));
    }
    static std::shared_ptr<ipmi::Group> group_of(const ipmi::Habits& habits) {
        auto group = group_with();
        group->habits = std::make_shared<const ipmi::Habits>(habits);
        return group;
    }
    ~PowerRig() {
        bool closed = false;
        asio::co_spawn(loop, bmc.close(), [&closed](std::exception_ptr) { closed = true; });
        turn([&] { return closed; });
    }

    template <class T>
    T run(asio::awaitable<T> work) {
        std::optional<T> result;
        asio::co_spawn(loop, std::move(work), [&result](std::exception_ptr, T value) {
            result.emplace(std::move(value));
        });
        turn([&] { return result.has_value(); });
        REQUIRE(result);
        return std::move(*result);
    }
    void turn(const std::function<bool()>& done) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < deadline) {
            if (loop.stopped()) loop.restart();
            loop.run_one_for(20ms);
        }
    }

    std::optional<PowerSample> read(Chassis chassis = Chassis::on) {
        const auto sample = run(power.read(chassis, sensors.table().get(), now));
        REQUIRE(sample);
        return *sample;
    }
    std::string read_from(Chassis chassis = Chassis::on) {
        const auto sample = read(chassis);
        return sample ? sample->source : "nothing";
    }

    asio::io_context loop;
    Network network;
    Bmc bmc;
    SensorTables tables;
    Sensors sensors;
    PowerSource power;
    PowerSource::Steady::time_point now = PowerSource::Steady::now();
};

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
}

constexpr const char* dcmi_reading = " 2ch 02h";

}  // namespace

TEST_CASE("B8: DCMI, the node's sensor, the Node Manager, the supplies: the next when one fails") {
    RoomRig room("n1", "127.20.7.1", "node_manager = true\nnoise_percent = 0");
    room.tell("watts n1 300");
    PowerRig source("127.20.7.1");
    CHECK(source.read_from() == "dcmi");
    CHECK(source.read()->watts == 300);
    room.tell("fault n1 dcmi_off");
    CHECK(source.read_from() == "sdr");
    CHECK(source.power.needs_sensors());
    CHECK(source.power.reason().find("c1h") != std::string::npos);
    room.tell("fault n1 watt_sensor 255");
    CHECK(source.read_from() == "nm");
    CHECK(source.read()->watts == 300);
    room.tell("fault n1 nm_off");
    const auto sum = source.read();
    REQUIRE(sum);
    CHECK(std::string(sum->source) == "psu");
    CHECK(sum->watts == doctest::Approx(300).epsilon(0.03));
}

TEST_CASE("B8: what cannot be true never wins over a place that measures") {
    RoomRig room("n1", "127.20.7.11");
    room.tell("watts n1 300");
    for (const char* fault : {"dcmi_watts 0", "dcmi_watts 65535", "dcmi_inactive"}) {
        CAPTURE(fault);
        room.tell("clear n1");
        PowerRig source("127.20.7.11");
        room.tell(std::string("fault n1 ") + fault);
        for (int poll = 0; poll < 6; ++poll) CHECK(source.read_from() == "sdr");
        room.tell("fault n1 watt_sensor 255");
        CHECK(source.read_from() == "psu");
    }
}

TEST_CASE("B8: 0 W of a node that is off is its power; nothing measures: there is no reading") {
    RoomRig room("n1", "127.20.7.21");
    PowerRig source("127.20.7.21");
    room.tell("fault n1 dcmi_watts 0");
    const auto off = source.read(Chassis::off);
    REQUIRE(off);
    CHECK(off->watts == 0);
    CHECK(std::string(off->source) == "dcmi");
    room.tell("watts n1 0");
    CHECK_FALSE(source.read(Chassis::on));
    CHECK_FALSE(source.read(Chassis::unknown));
    CHECK(source.power.single() == nullptr);
    CHECK(source.power.reason().find("0 W") != std::string::npos);
}

TEST_CASE("B8: empty first answers of DCMI are asked again before it is given up") {
    RoomRig room("n1", "127.20.7.31");
    room.tell("watts n1 300");
    ipmi::Habits supermicro;
    supermicro.dcmi_retries = 2;
    PowerRig source("127.20.7.31", supermicro);
    room.tell("fault n1 dcmi_empty 2");
    CHECK(source.read_from() == "dcmi");
    room.tell("fault n1 dcmi_empty 5");
    CHECK(source.read_from() == "sdr");
    CHECK(source.read_from() == "dcmi");
}

TEST_CASE("B8: what a profile says of a model's DCMI and sensors is obeyed") {
    RoomRig room("n1", "127.20.7.35", "noise_percent = 0");
    room.tell("watts n1 300");
    ipmi::Habits habits;
    SUBCASE("DCMI of no use is not asked") {
        habits.dcmi_power = false;
        PowerRig source("127.20.7.35", habits);
        CHECK(source.read_from() == "sdr");
        CHECK(source.power.needs_sensors());
        CHECK(count(room.tell("log reads"), dcmi_reading) == 0);
    }
    SUBCASE("a DCMI power that means none is none, also on the quick way") {
        habits.dcmi_no_reading_watts = {300};
        PowerRig source("127.20.7.35", habits);
        CHECK(source.read_from() == "sdr");
        room.tell("watts n1 301");
        CHECK(source.read_from() == "dcmi");
        ipmi::Answer none{0, {0xdc, 0x2c, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40}};
        REQUIRE(source.power.single() != nullptr);
        CHECK_FALSE(source.power.take_single(none, Chassis::on));
        CHECK(source.power.single() == nullptr);
    }
}

TEST_CASE("B8: a place that fails is left alone, and asked again later, on news, or rebooted") {
    RoomRig room("n1", "127.20.7.41");
    room.tell("watts n1 300");
    PowerRig source("127.20.7.41");
    room.tell("fault n1 dcmi_watts 0");
    for (int poll = 0; poll < 10; ++poll) CHECK(source.read_from() == "sdr");
    CHECK(count(room.tell("log reads"), dcmi_reading) == 3);
    room.tell("clear n1");
    CHECK(source.read_from() == "sdr");
    source.now += 61s;
    CHECK(source.read_from() == "dcmi");

    SUBCASE("what is refused for good waits an hour") {
        room.tell("fault n1 dcmi_off");
        CHECK(source.read_from() == "sdr");
        room.tell("clear n1");
        source.now += 59min;
        CHECK(source.read_from() == "sdr");
        source.now += 2min;
        CHECK(source.read_from() == "dcmi");
    }
    SUBCASE("another chassis state is news") {
        room.tell("fault n1 dcmi_off");
        CHECK(source.read_from() == "sdr");
        room.tell("clear n1");
        CHECK(source.read_from() == "sdr");
        CHECK(source.read_from(Chassis::off) == "dcmi");
    }
    SUBCASE("a new session is") {
        room.tell("fault n1 dcmi_off");
        CHECK(source.read_from() == "sdr");
        room.tell("clear n1");
        room.tell("fault n1 reboot");
        const unsigned session = source.bmc.session_count();
        for (int i = 0; i < 10 && source.bmc.session_count() == session; ++i)
            source.run(source.bmc.ask(Priority::power, get_chassis_status()));
        CHECK(source.power.single(source.now) == nullptr);
        CHECK(source.read_from() == "dcmi");
    }
}

TEST_CASE("one command is enough once a place has proved itself, until its answer is wrong") {
    RoomRig room("n1", "127.20.7.51", "node_manager = true\nnoise_percent = 0");
    room.tell("watts n1 300");
    PowerRig source("127.20.7.51");
    CHECK(source.power.single(source.now) == nullptr);
    const auto by_single = [&](Chassis chassis = Chassis::on) -> std::optional<PowerSample> {
        const Request* const request = source.power.single(source.now);
        REQUIRE(request);
        const auto answer = source.run(source.bmc.ask(Priority::power, *request));
        REQUIRE(answer);
        return source.power.take_single(*answer, chassis);
    };
    SUBCASE("DCMI") {
        CHECK(source.read_from() == "dcmi");
        CHECK(by_single()->watts == 300);
        room.tell("fault n1 dcmi_watts 0");
        CHECK_FALSE(by_single());
        CHECK(source.power.single(source.now) == nullptr);
        CHECK(source.read_from() == "sdr");
    }
    SUBCASE("a sensor") {
        room.tell("fault n1 dcmi_off");
        CHECK(source.read_from() == "sdr");
        const auto sample = by_single();
        CHECK(sample->watts == doctest::Approx(300).epsilon(0.03));
        CHECK(std::string(sample->source) == "sdr");
        room.tell("fault n1 watt_sensor 255");
        CHECK_FALSE(by_single());
        CHECK(source.read_from() == "nm");
        // The sensor is not given up yet: the long way for now.
        CHECK(source.power.single(source.now) == nullptr);
    }
    SUBCASE("but a Node Manager may be silent behind a BMC that is not") {
        room.tell("fault n1 dcmi_off");
        room.tell("fault n1 watt_sensor 255");
        for (int poll = 0; poll < 4; ++poll) CHECK(source.read_from() == "nm");
        CHECK(source.power.single(source.now) == nullptr);
    }
    SUBCASE("and the sum of two supplies is more than one command") {
        room.tell("fault n1 dcmi_off");
        room.tell("fault n1 watt_sensor 255");
        room.tell("fault n1 nm_off");
        for (int poll = 0; poll < 4; ++poll) CHECK(source.read_from() == "psu");
        CHECK(source.power.single(source.now) == nullptr);
    }
    SUBCASE("and a better place is looked for now and then") {
        room.tell("fault n1 dcmi_off");
        CHECK(source.read_from() == "sdr");
        CHECK(source.power.single(source.now) != nullptr);
        source.now += 61s;
        CHECK(source.power.single(source.now) == nullptr);
    }
}
