#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include "plugins/ipmi/module.h"
#include "tests/bench/bench.h"
#include "tests/plugins/ipmi/program.h"
#include "tests/support/scratch.h"

namespace frugald::bench {

/// Simulated BMCs, in a process of their own so that their CPU time is not ours.
class SimulatedBmcs {
public:
    explicit SimulatedBmcs(unsigned count);

    static constexpr unsigned short port = 6231;
    /// Of the BMC number `index`, from 0.
    static std::string address(unsigned index);
    /// On the room's control socket.
    std::string tell(const std::vector<std::string>& words) const;

private:
    Scratch scratch_;
    test::Program program_;
};

/// Counts, and asks again at once when wanted.
class Counter : public ObservationSink {
public:
    void take(const Observation& seen) override {
        if (seen.failure) ++failures;
        const bool good = !seen.readings.empty() && seen.readings[0].refused.empty();
        if (good) ++readings;
        if (good && waiting_for) first_of(seen.device);
        if (also) also->take(seen);
        if (again) again->refresh(seen.device);
    }
    /// How many BMCs have not given a reading yet.
    std::size_t waiting_for = 0;
    std::vector<bool> seen_before;

    std::uint64_t readings = 0;
    std::uint64_t failures = 0;
    Source* again = nullptr;
    ObservationSink* also = nullptr;

private:
    void first_of(std::string_view device) {
        const auto index = static_cast<std::size_t>(std::atoi(device.data() + 1)) - 1;
        if (!seen_before[index]) --waiting_for;
        seen_before[index] = true;
    }
};

struct PollPlan {
    unsigned count = 1000;
    std::chrono::milliseconds interval{1000};
    bool freeipmi_codec = false;
};

/// The plugin's module on a loop of its own.
class Poll {
public:
    explicit Poll(const PollPlan& plan);
    ~Poll();

    /// Starts, and returns when every BMC has given a reading.
    void open_all();
    void run_for(std::chrono::milliseconds length);
    Source& source() { return module_; }
    const ipmi::Network::Counters& counters() const { return module_.counters(); }

    Counter counter;

private:
    unsigned count_;
    asio::io_context loop_;
    ipmi::IpmiModule module_;
};

/// Each of the plan's BMCs asked again as soon as it has answered, for 5 s.
struct ClosedLoop {
    double cpu_us_per_reading = 0;
    std::uint64_t readings = 0;
};
ClosedLoop closed_loop(const PollPlan& plan);

}  // namespace frugald::bench
