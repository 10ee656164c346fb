#include "plugins/ipmi/wheel.h"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <vector>

using namespace frugald;
using namespace frugald::ipmi;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

void run_until(asio::io_context& loop, const std::function<bool()>& done) {
    const auto deadline = Clock::now() + 10s;
    while (!done() && Clock::now() < deadline) {
        if (loop.stopped()) loop.restart();
        loop.run_one_for(5ms);
    }
    REQUIRE(done());
}

}  // namespace

TEST_CASE("alarms ring once, never early, whatever their number and order") {
    asio::io_context loop;
    Wheel wheel(loop);
    std::mt19937 random(1);
    struct Timed {
        Clock::time_point due;
        int rang = 0;
        bool early = false;
        std::unique_ptr<Alarm> alarm;
    };
    std::vector<Timed> alarms(2000);
    int rang = 0;
    for (Timed& timed : alarms) {
        timed.alarm = std::make_unique<Alarm>(wheel, [&timed, &rang] {
            ++rang;
            ++timed.rang;
            timed.early = Clock::now() < timed.due;
        });
        const auto after = std::chrono::microseconds{random() % 300000};
        timed.due = Clock::now() + after;
        timed.alarm->set(after);
    }
    run_until(loop, [&] { return rang == 2000; });
    for (const Timed& timed : alarms) {
        CHECK(timed.rang == 1);
        CHECK_FALSE(timed.early);
        CHECK_FALSE(timed.alarm->is_set());
    }
}

TEST_CASE("an alarm that is stopped, set anew or gone does not ring at its old time") {
    asio::io_context loop;
    Wheel wheel(loop);
    bool end = false;
    int stopped = 0, moved = 0;
    Alarm first(wheel, [&] { ++stopped; });
    Alarm second(wheel, [&] { ++moved; });
    auto third = std::make_unique<Alarm>(wheel, [&] { ++stopped; });
    first.set(20ms);
    second.set(20ms);
    third->set(20ms);
    first.stop();
    third.reset();
    second.set(60ms);
    Alarm last(wheel, [&] { end = true; });
    last.set(40ms);
    run_until(loop, [&] { return end; });
    CHECK(moved == 0);
    run_until(loop, [&] { return moved == 1; });
    CHECK(stopped == 0);
}

TEST_CASE("a ring may set itself again, and stop others that are due at the same moment") {
    asio::io_context loop;
    Wheel wheel(loop);
    int beats = 0, victim_rang = 0;
    std::unique_ptr<Alarm> self;
    Alarm victim(wheel, [&] { ++victim_rang; });
    self = std::make_unique<Alarm>(wheel, [&] {
        victim.stop();
        if (++beats < 5) {
            self->set(10ms);
            victim.set(10ms);
        }
    });
    victim.set(10ms);
    self->set(10ms);
    run_until(loop, [&] { return beats == 5; });
    CHECK(victim_rang <= 5);  // either of the two may be first
    CHECK_FALSE(self->is_set());
}

TEST_CASE("an alarm further away than a turn of the wheel waits for its turn") {
    asio::io_context loop;
    Wheel wheel(loop);
    bool near = false;
    int far = 0;
    Alarm distant(wheel, [&] { ++far; });
    Alarm close(wheel, [&] { near = true; });
    // The same slot of the wheel, a turn of 4096 ticks later.
    distant.set(50ms + 4096 * Wheel::tick);
    close.set(50ms);
    run_until(loop, [&] { return near; });
    CHECK(far == 0);
    CHECK(distant.is_set());
}
