#include "tests/bench/ipmi_bench.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/setup_codec.h"
#include "tests/bench/ipmi_rig.h"

namespace frugald::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

double microseconds_per(std::chrono::duration<double> cpu, std::uint64_t count) {
    return cpu.count() * 1e6 / static_cast<double>(count);
}

void paced(const Report& report, unsigned count, const std::string& name) {
    const SimulatedBmcs bmcs(count);
    Poll poll({.count = count});
    poll.open_all();
    poll.run_for(2s);
    const auto before = cpu_time();
    const std::uint64_t readings_before = poll.counter.readings;
    const auto began = Clock::now();
    poll.run_for(10s);
    const std::chrono::duration<double> wall = Clock::now() - began;
    const std::uint64_t readings = poll.counter.readings - readings_before;
    report({name + "_core_percent", (cpu_time() - before) / wall * 100, "percent", readings});
    report({name + "_failures", static_cast<double>(poll.counter.failures), "polls", readings});
}

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double size = 0, resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// How long each poll of the living took.
class Durations : public ObservationSink {
public:
    void take(const Observation& seen) override {
        if (!seen.failure && !seen.readings.empty()) taken_.push_back(seen.took.count());
    }
    double p99() {
        if (taken_.empty()) throw std::runtime_error("no readings");
        const auto at = taken_.begin() + static_cast<std::ptrdiff_t>(taken_.size() * 99 / 100);
        std::nth_element(taken_.begin(), at, taken_.end());
        return *at;
    }
    std::uint64_t count() const { return taken_.size(); }
    void clear() { taken_.clear(); }

private:
    std::vector<double> taken_;
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
    report({"ipmi.codec.wrap_cpu_us", microseconds_per(cpu_time() - before, count), "us", count});
}

void ipmi_closed_loop(const Report& report) {
    constexpr unsigned count = 1000;
    const SimulatedBmcs bmcs(count);
    const ClosedLoop direct = closed_loop({.count = count});
    report({"ipmi.poll.cpu_us_per_reading", direct.cpu_us_per_reading, "us", direct.readings});
    const ClosedLoop freeipmi = closed_loop({.count = count, .freeipmi_codec = true});
    report({"ipmi.poll.cpu_us_per_reading_freeipmi", freeipmi.cpu_us_per_reading, "us",
            freeipmi.readings});
}

void ipmi_paced(const Report& report) { paced(report, 10000, "ipmi.poll.10k_1hz"); }

void ipmi_paced_50k(const Report& report) { paced(report, 50000, "ipmi.poll.50k_1hz"); }

void ipmi_open(const Report& report) {
    constexpr unsigned count = 10000;
    const SimulatedBmcs bmcs(count);
    const double resident = resident_bytes();
    Poll poll({.count = count});
    const auto began = Clock::now();
    const auto before = cpu_time();
    poll.open_all();
    const std::chrono::duration<double> took = Clock::now() - began;
    report({"ipmi.sessions_10k_open_s", took.count(), "s", count});
    report({"ipmi.session_open_cpu_us", microseconds_per(cpu_time() - before, count), "us", count});
    poll.run_for(5s);
    report({"ipmi.memory_bytes_per_bmc", (resident_bytes() - resident) / count, "bytes", count});
}

void ipmi_half_dead(const Report& report) {
    constexpr unsigned count = 10000;
    const SimulatedBmcs bmcs(count);
    bmcs.tell({"fault", "all", "delay", "20"});
    Poll poll({.count = count});
    poll.open_all();
    Durations durations;
    poll.run_for(2s);
    poll.counter.also = &durations;
    poll.run_for(10s);
    const double alive = durations.p99();
    bmcs.tell({"fault", fmt::format("n[{}-{}]", count / 2 + 1, count), "dead"});
    poll.run_for(5s);  // into the back-off
    durations.clear();
    poll.run_for(10s);
    report({"ipmi.poll.p99_ms", alive * 1e3, "ms", durations.count()});
    report({"ipmi.poll.p99_ms_half_dead", durations.p99() * 1e3, "ms", durations.count()});
    report({"ipmi.poll.p99_rise_half_dead", (durations.p99() / alive - 1) * 100, "percent",
            durations.count()});
}

}  // namespace frugald::bench
