#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stdio.h>

#include <cmath>
#include <thread>

#include "tests/plugins/modbus/fixture.h"
#include "tests/room/options.h"
#include "tests/room/room.h"
#include "tests/support/scratch.h"

using namespace frugald;

namespace {

constexpr const char* host = "127.27.3.1";

/// A room that runs in a thread of its own.
class RunningRoom {
public:
    RunningRoom() {
        const auto toml = fmt::format(
            "[[bmcs]]\nnodes = \"n[1-6]\"\naddress = \"127.27.2.1\"\nport = 16623\n"
            "[[meter]]\nname = \"main\"\naddress = \"{}\"\nport = 16502\nunit = 7\n"
            "start_watt_hours = 5000\n",
            host);
        auto plan = room::read_plan(scratch_.write("room.toml", toml));
        REQUIRE_MESSAGE(plan, plan.error().text);
        auto opened = room::Room::open(*std::move(plan));
        REQUIRE_MESSAGE(opened, opened.error().text);
        room_ = *std::move(opened);
        thread_ = std::thread{[this] { room_->run(); }};
    }
    ~RunningRoom() {
        if (!thread_.joinable()) return;
        room_->stop();
        thread_.join();
    }

private:
    Scratch scratch_;
    std::unique_ptr<room::Room> room_;
    std::thread thread_;
};

/// What mbpoll, another master, reads in kW; nothing where it is not installed.
std::optional<double> mbpoll_kilowatts() {
    const auto command = fmt::format(
        "mbpoll -m tcp -p 16502 -a 7 -0 -t 4:float -B -r 3059 -c 1 -1 {} 2>/dev/null", host);
    FILE* const pipe = ::popen(command.c_str(), "r");
    std::optional<double> value;
    char line[256];
    double number = 0;
    while (::fgets(line, sizeof line, pipe))
        if (::sscanf(line, "[3059]: %lf", &number) == 1) value = number;
    ::pclose(pipe);
    return value;
}

}  // namespace

TEST_CASE("the simulated room's meter is read, and mbpoll reads the same") {
    const RunningRoom running;
    Rig rig{meter("main", "schneider", host, 7)};
    REQUIRE(rig.mistakes() == "");
    rig.start();
    REQUIRE(rig.run_until([&] { return rig.of("main").size() >= 2; }));
    const auto seen = rig.of("main").back();
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    const double watts = seen.values.at("power_watts total");
    CHECK(watts > 500);
    CHECK(seen.values.at("voltage_volts line L1") == doctest::Approx(230));
    double lines = 0;
    for (const char* line : {"L1", "L2", "L3"})
        lines += seen.values.at(fmt::format("power_watts line {}", line));
    CHECK(lines == doctest::Approx(watts).epsilon(0.001));
    CHECK(seen.values.at("energy_joules total") >= 5000 * 3600.0);
    CHECK(seen.values.at("energy_joules total") < 5100 * 3600.0);
    const auto independent = mbpoll_kilowatts();
    if (!independent)
        MESSAGE("skipped: mbpoll is not present");
    else
        CHECK(*independent * 1000 ==
              doctest::Approx(rig.poll("main").values.at("power_watts total")).epsilon(0.2));
}
