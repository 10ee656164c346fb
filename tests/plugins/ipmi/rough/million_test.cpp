#include <doctest/doctest.h>
#include <fmt/format.h>

#include <charconv>

#include "tests/plugins/ipmi/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

constexpr unsigned bmc_count = 500;
constexpr std::uint64_t enough = 1'000'000;

/// Every reading says whose it is and the how manyth that was asked of its BMC (the room's
/// `dcmi_count`). An answer taken for a later request's repeats a count or goes back.
class Checker : public ObservationSink {
public:
    explicit Checker(Source& source) : source_(source), last_(bmc_count), got_(bmc_count) {}

    void take(const Observation& seen) override {
        if (seen.failure) ++failures;
        for (const Reading& reading : seen.readings)
            if (reading.quantity == Quantity::power_watts && reading.part == Part::total)
                check(number_of(seen.device), static_cast<unsigned>(reading.value));
        source_.refresh(seen.device);
    }

    std::uint64_t readings = 0;
    std::uint64_t of_others = 0;
    std::uint64_t of_other_requests = 0;
    std::uint64_t failures = 0;
    unsigned heard_since_reset() const {
        return static_cast<unsigned>(std::count(got_.begin(), got_.end(), true));
    }
    void reset_heard() { got_.assign(bmc_count, false); }

private:
    static unsigned number_of(std::string_view device) {
        unsigned number = 0;
        std::from_chars(device.data() + 1, device.data() + device.size(), number);
        return number - 1;
    }

    void check(unsigned node, unsigned watts) {
        ++readings;
        got_[node] = true;
        if (watts / 64 != node + 1) {
            ++of_others;
            return;
        }
        const unsigned count = watts % 64;
        // Each poll asks once to three times; a failed poll in between adds three.
        constexpr unsigned most_asked = 24;
        const unsigned step = (count - last_[node].value_or(count - 1)) % 64;
        if (step == 0 || step > most_asked) ++of_other_requests;
        last_[node] = count;
    }

    Source& source_;
    std::vector<std::optional<unsigned>> last_;
    std::vector<bool> got_;
};

ipmi::Config config_of_all() {
    auto group = group_with();
    group->interval = group->chassis_interval = 100ms;
    group->sensors_interval = 5s;  // other requests in between, and the repository
    std::vector<ipmi::BmcConfig> bmcs;
    for (unsigned i = 0; i < bmc_count; ++i)
        bmcs.push_back({fmt::format("n{}", i + 1),
                        fmt::format("127.20.{}.{}", 64 + i / 250, 1 + i % 250), RoomRig::port,
                        group});
    auto config = config_for(bmcs);
    config.network.packets_per_s = 1000000;
    config.network.receive_buffer_bytes = 4 << 20;
    return config;
}

}  // namespace

TEST_CASE("B3: a million readings of slow BMCs over a bad network, each of its node and request") {
    RoomRig room("n[1-250]", "127.20.64.1",
                 "noise_percent = 0\n[[bmcs]]\nnodes = \"n[251-500]\"\naddress = \"127.20.65.1\"\n"
                 "port = 6230\nnoise_percent = 0");
    Rig rig(config_of_all());
    Checker checker(*rig.module->source());
    for (const char* fault : {"dcmi_count", "delay 20", "loss 2", "duplicate 5", "reorder 30"})
        room.tell(std::string("fault all ") + fault);
    rig.module->source()->start(checker);
    rig.until([&] { return checker.readings >= enough; }, 400s);
    CHECK(checker.readings >= enough);
    CHECK(checker.of_others == 0);
    CHECK(checker.of_other_requests == 0);

    checker.reset_heard();
    rig.until([&] { return checker.heard_since_reset() == bmc_count; }, 30s);
    CHECK(checker.heard_since_reset() == bmc_count);
    const auto& counters = rig.module->counters();
    CHECK(counters.retransmitted > enough / 50);
    CHECK(counters.foreign > enough / 50);
    fmt::print(
        "{} readings, {} of other nodes, {} of other requests, {} failed polls; {} packets "
        "sent again, {} late or double\n",
        checker.readings, checker.of_others, checker.of_other_requests, checker.failures,
        counters.retransmitted, counters.foreign);
}
