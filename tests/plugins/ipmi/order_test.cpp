#include <doctest/doctest.h>
#include <fmt/format.h>

#include "plugins/ipmi/lane.h"
#include "plugins/ipmi/pacer.h"

using namespace frugald;
using namespace frugald::ipmi;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

asio::awaitable<void> pass(Lane& lane, Priority priority, std::string name, std::string& order) {
    const bool entered = co_await lane.enter(priority);
    if (!entered) {
        order += fmt::format("({}) ", name);
        co_return;
    }
    const Lane::Turn turn(lane);
    order += name + ' ';
}

class Guest final : public Pacer::Guest {
public:
    void admitted() override { at = Clock::now(); }
    std::optional<Clock::time_point> at;
};

}  // namespace

TEST_CASE("power control goes before limits, power, sensors and SDR; equals in order of asking") {
    asio::io_context loop;
    Lane lane;
    std::string order;
    REQUIRE(lane.try_enter());
    const auto ask = [&](Priority priority, const char* name) {
        asio::co_spawn(loop, pass(lane, priority, name, order), asio::detached);
    };
    ask(Priority::repository, "sdr");
    ask(Priority::sensors, "fan");
    ask(Priority::power, "watts1");
    ask(Priority::cap, "limit");
    ask(Priority::power, "watts2");
    ask(Priority::control, "off");
    loop.poll();
    CHECK(order.empty());
    lane.leave();
    loop.poll();
    CHECK(order == "off limit watts1 watts2 fan sdr ");
    CHECK_FALSE(lane.busy());
}

TEST_CASE("a closed lane turns everybody away, now and later") {
    asio::io_context loop;
    Lane lane;
    std::string order;
    REQUIRE(lane.try_enter());
    asio::co_spawn(loop, pass(lane, Priority::power, "early", order), asio::detached);
    loop.poll();
    lane.close();
    asio::co_spawn(loop, pass(lane, Priority::control, "late", order), asio::detached);
    loop.restart();
    loop.poll();
    CHECK(order == "(early) (late) ");
}

TEST_CASE("packets per second: no more than allowed, in order of asking, all at once at the end") {
    asio::io_context loop;
    Wheel wheel(loop);
    Pacer pacer(wheel, 200);
    const auto began = Clock::now();
    int at_once = 0;
    while (pacer.take()) ++at_once;
    CHECK(at_once >= 10);  // a burst of a twentieth of a second
    CHECK(at_once <= 12);
    std::vector<Guest> guests(60);
    for (Guest& guest : guests) pacer.queue(guest);
    CHECK_FALSE(pacer.take());  // whoever comes later waits behind them
    while (!guests[29].at && Clock::now() < began + 10s) loop.run_one_for(5ms);
    REQUIRE(guests[29].at);
    CHECK(*guests[29].at - began >= 140ms);
    for (std::size_t i = 1; i < 30; ++i) CHECK(*guests[i - 1].at <= *guests[i].at);
    CHECK_FALSE(guests[59].at);
    pacer.open();
    CHECK(guests[59].at);
    CHECK(pacer.take());
}
