#include "tests/bench/ipmi_bench.h"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "plugins/ipmi/module.h"
#include "plugins/ipmi/setup_codec.h"
#include "tests/plugins/ipmi/program.h"
#include "tests/support/scratch.h"

namespace frugald::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr unsigned short port = 6231;

/// The simulated BMCs, in a process of their own so that their CPU time is not ours.
class SimulatedBmcs {
public:
    SimulatedBmcs(unsigned count, const std::string& address)
        : program_({FRUGALD_ROOM_PROGRAM, "--bench", std::to_string(count), "--address", address,
                    "--port", std::to_string(port)},
                   scratch_.path().string()) {
        if (!program_.wait_for("ready"))
            throw std::runtime_error(fmt::format("frugald-room does not start on {}", address));
    }

private:
    Scratch scratch_;
    test::Program program_;
};

/// Counts, and asks again at once when wanted.
class Counter : public ObservationSink {
public:
    void take(const Observation& seen) override {
        if (seen.failure) ++failures;
        if (!seen.readings.empty()) ++readings;
        if (again) again->refresh(seen.device);
    }
    std::uint64_t readings = 0;
    std::uint64_t failures = 0;
    Source* again = nullptr;
};

std::string address_of(unsigned index) {
    return fmt::format("127.20.{}.{}", 100 + index / 256, index % 256);
}

ipmi::Config config_for(unsigned count, std::chrono::milliseconds interval) {
    auto group = std::make_shared<ipmi::Group>();
    group->credentials.user = "admin";
    group->credentials.password = Secret("secret12");
    group->interval = interval;
    group->chassis_interval = std::chrono::hours{1};
    group->sensors = false;
    ipmi::Config config;
    config.network.sessions_per_s = 5000;
    config.network.packets_per_s = 1000000;
    for (unsigned i = 0; i < count; ++i)
        config.bmcs.push_back({fmt::format("n{}", i + 1), address_of(i), port, group});
    return config;
}

/// The module on a loop of its own, all sessions open.
class Poll {
public:
    Poll(unsigned count, std::chrono::milliseconds interval)
        : bmcs_(count, address_of(0)), module_(loop_, config_for(count, interval)) {
        ipmi_rmcpplus_init();
        module_.start(counter);
        const auto deadline = Clock::now() + 30s;
        while (counter.readings < count) {
            if (Clock::now() > deadline) throw std::runtime_error("not all BMCs gave a reading");
            loop_.run_one_for(100ms);
        }
    }
    ~Poll() {
        bool done = false;
        const auto ended = [&done](std::exception_ptr) { done = true; };
        asio::co_spawn(loop_, module_.stop(), ended);
        while (!done) loop_.run_one_for(100ms);
    }

    void run_for(std::chrono::milliseconds length) {
        const auto end = Clock::now() + length;
        while (Clock::now() < end) loop_.run_for(10ms);
    }
    Source& source() { return module_; }

    Counter counter;

private:
    SimulatedBmcs bmcs_;
    asio::io_context loop_;
    ipmi::IpmiModule module_;
};

}  // namespace

void ipmi_wrap(const Report& report) {
    constexpr std::uint64_t count = 100000;
    ipmi_rmcpplus_init();
    ipmi::FreeipmiCodec codec;
    ipmi::Session session;
    session.suite = *ipmi::cipher_suite(17);
    session.integrity_key.size = 32;
    session.confidentiality_key.size = 16;
    ipmi::Packet packet;
    const auto before = cpu_time();
    for (std::uint64_t i = 0; i < count; ++i)
        if (!codec.wrap(session, ipmi::get_power_reading(), i & 0x3f, packet))
            throw std::runtime_error("libfreeipmi makes no packet");
    const double cpu_us = (cpu_time() - before).count() * 1e6;
    report({"ipmi.codec.wrap_cpu_us", cpu_us / static_cast<double>(count), "us", count});
}

void ipmi_closed_loop(const Report& report) {
    constexpr unsigned count = 1000;
    Poll poll(count, 1s);
    poll.counter.again = &poll.source();
    for (unsigned i = 0; i < count; ++i) poll.source().refresh(fmt::format("n{}", i + 1));
    poll.run_for(500ms);
    const auto before = cpu_time();
    const std::uint64_t readings_before = poll.counter.readings;
    poll.run_for(5s);
    const std::uint64_t readings = poll.counter.readings - readings_before;
    const double cpu_us = (cpu_time() - before).count() * 1e6;
    poll.counter.again = nullptr;
    if (poll.counter.failures > 0) throw std::runtime_error("polls failed");
    report(
        {"ipmi.poll.cpu_us_per_reading", cpu_us / static_cast<double>(readings), "us", readings});
}

void ipmi_paced(const Report& report) {
    constexpr unsigned count = 10000;
    constexpr auto length = 10s;
    Poll poll(count, 1s);
    poll.run_for(2s);
    const auto before = cpu_time();
    const std::uint64_t readings_before = poll.counter.readings;
    const auto began = Clock::now();
    poll.run_for(length);
    const std::chrono::duration<double> wall = Clock::now() - began;
    const std::uint64_t readings = poll.counter.readings - readings_before;
    report({"ipmi.poll.10k_1hz_core_percent", (cpu_time() - before) / wall * 100, "percent",
            readings});
    report({"ipmi.poll.10k_1hz_failures", static_cast<double>(poll.counter.failures), "polls",
            readings});
}

}  // namespace frugald::bench
