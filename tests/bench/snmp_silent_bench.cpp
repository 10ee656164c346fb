// What PDUs that do not answer cost those that do.

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/udp.hpp>
#include <map>

#include "tests/bench/snmp_bench.h"
#include "tests/bench/snmp_rig.h"

namespace frugald::bench {
namespace {

using namespace std::chrono_literals;
using asio::ip::udp;

constexpr unsigned live = 100, silent = 100;
constexpr std::uint16_t mute_port = 16131;
constexpr std::chrono::milliseconds interval = 1s;

/// How long each poll of a live PDU took, and how late it came.
class Punctuality : public ObservationSink {
public:
    void take(const Observation& seen) override {
        if (seen.failure) {
            ++failures;
            return;
        }
        took.push_back(seen.took.count() * 1e3);
        auto& before = last_[std::string{seen.device}];
        if (before != WallTime{})
            late.push_back(std::abs(Seconds{seen.at - before - interval}.count()) * 1e3);
        before = seen.at;
    }
    std::vector<double> took, late;  // milliseconds
    std::uint64_t failures = 0;

private:
    std::map<std::string, WallTime> last_;
};

/// Addresses where somebody listens and never says anything.
class Mute {
public:
    explicit Mute(unsigned count) {
        for (unsigned i = 1; i <= count; ++i)
            sockets_.emplace_back(loop_,
                                  udp::endpoint{asio::ip::make_address(address(i)), mute_port});
    }
    static std::string address(unsigned i) { return fmt::format("127.30.200.{}", i); }

private:
    asio::io_context loop_;
    std::vector<udp::socket> sockets_;
};

std::string silent_ones(unsigned count) {
    std::string toml;
    for (unsigned i = 1; i <= count; ++i)
        toml += fmt::format(
            "[[pdu]]\nname = \"mute{}\"\nhost = \"{}\"\nport = {}\nversion = \"3\"\nuser = "
            "\"frugald\"\n"
            "auth_secret = \"x\"\nprivacy_secret = \"x\"\n",
            i, Mute::address(i), mute_port);
    return toml;
}

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

void measure(const Report& report, const std::string& with, const std::string& name) {
    Punctuality seen;
    Polling polling{"version = \"2c\"\nsecret = \"community\"\nport = 16130\ninterval_s = 1\n" +
                        pdus_of(live) + with,
                    seen};
    polling.run_for(5s);
    seen.took.clear();
    seen.late.clear();
    polling.run_for(20s);
    const auto polls = seen.took.size();
    report({"snmp.live_poll_p99_ms" + name, percentile(seen.took, 0.99), "ms", polls});
    report({"snmp.live_lateness_p99_ms" + name, percentile(seen.late, 0.99), "ms", polls});
}

}  // namespace

void snmp_silent(const Report& report) {
    const Pdus pdus{room_of(live)};
    measure(report, "", "");
    const Mute mute{silent};
    measure(report, silent_ones(silent), "_100_silent_v3");
}

}  // namespace frugald::bench
