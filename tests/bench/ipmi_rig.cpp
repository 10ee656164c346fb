#include "tests/bench/ipmi_rig.h"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/room/control.h"

namespace frugald::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

ipmi::Config config_for(const PollPlan& plan) {
    auto group = std::make_shared<ipmi::Group>();
    group->credentials.user = "admin";
    group->credentials.password = Secret("secret12");
    group->interval = plan.interval;
    group->chassis_interval = std::chrono::hours{1};
    group->sensors = false;
    group->workarounds.freeipmi_codec = plan.freeipmi_codec;
    ipmi::Config config;
    config.network.packets_per_s = 1000000;
    config.network.receive_buffer_bytes = 16 << 20;
    for (unsigned i = 0; i < plan.count; ++i)
        config.bmcs.push_back(
            {fmt::format("n{}", i + 1), SimulatedBmcs::address(i), SimulatedBmcs::port, group});
    return config;
}

}  // namespace

SimulatedBmcs::SimulatedBmcs(unsigned count)
    : program_({FRUGALD_ROOM_PROGRAM, "--bench", std::to_string(count), "--address", address(0),
                "--port", std::to_string(port), "--control-socket", "control"},
               scratch_.path().string()) {
    if (!program_.wait_for("ready"))
        throw std::runtime_error(fmt::format("frugald-room does not start on {}", address(0)));
}

std::string SimulatedBmcs::address(unsigned index) {
    return fmt::format("127.{}.{}.{}", 21 + index / 65536, index / 256 % 256, index % 256);
}

std::string SimulatedBmcs::tell(const std::vector<std::string>& words) const {
    const auto answer = room::ask_room(scratch_.path() / "control", words);
    if (!answer) throw std::runtime_error(answer.error().text);
    return *answer;
}

Poll::Poll(const PollPlan& plan) : count_(plan.count), module_(loop_, config_for(plan)) {
    ipmi_rmcpplus_init();
}

void Poll::open_all() {
    counter.waiting_for = count_;
    counter.seen_before.assign(count_, false);
    module_.start(counter);
    const auto deadline = Clock::now() + 60s;
    while (counter.waiting_for > 0) {
        if (Clock::now() > deadline) throw std::runtime_error("not all BMCs gave a reading");
        loop_.run_for(10ms);
    }
}

Poll::~Poll() {
    bool done = false;
    const auto ended = [&done](std::exception_ptr) { done = true; };
    asio::co_spawn(loop_, module_.stop(), ended);
    while (!done) loop_.run_one_for(100ms);
}

void Poll::run_for(std::chrono::milliseconds length) {
    const auto end = Clock::now() + length;
    while (Clock::now() < end) loop_.run_for(10ms);
}

ClosedLoop closed_loop(const PollPlan& plan) {
    Poll poll(plan);
    poll.open_all();
    poll.counter.again = &poll.source();
    for (unsigned i = 0; i < plan.count; ++i) poll.source().refresh(fmt::format("n{}", i + 1));
    poll.run_for(500ms);
    const auto before = cpu_time();
    const std::uint64_t readings_before = poll.counter.readings;
    poll.run_for(5s);
    const std::uint64_t readings = poll.counter.readings - readings_before;
    const auto cpu = cpu_time() - before;
    poll.counter.again = nullptr;
    if (poll.counter.failures > 0) throw std::runtime_error("polls failed");
    return {cpu.count() * 1e6 / static_cast<double>(readings), readings};
}

}  // namespace frugald::bench
