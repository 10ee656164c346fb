#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <random>

#include "daemon/ledger/pue.h"
#include "tests/daemon/ledger/zone.h"

namespace frugald::test {

/// A machine room whose true energy is known, and what its meters say of it, in virtual time.
class Site {
public:
    struct Meter {
        DeviceKind kind = DeviceKind::meter;
        std::function<double(WallTime)> watts;
        bool has_power = true;
        bool has_counter = true;
        double noise = 0.01;     // of a reading of power
        double counts_in = 360;  // joules: 0.1 Wh
        bool silent = false;
        unsigned counter_every = 1;  // its counter is read in every so many polls
        double counter = 5e9;
        double counter_scale = 1;
        double true_joules = 0;  // since `reset_truth`
    };

    explicit Site(WallTime begin) { now.at = {SteadyTime{} + std::chrono::hours{1}, begin}; }

    Snapshot now;
    std::map<std::string, Meter> meters;
    std::function<double(WallTime)> node_watts;  // of each node
    unsigned nodes = 0, silent_nodes = 0, dark_nodes = 0;
    double true_node_joules = 0;
    std::chrono::milliseconds step{10'000};

    /// Until then; `each` is told every picture.
    template <class Each>
    void run(WallTime until, Each each) {
        while (now.at.wall < until) {
            advance();
            describe();
            each(std::as_const(now));
        }
    }
    void run(WallTime until, Pue& pue) {
        run(until, [&pue](const Snapshot& picture) { pue.take(picture); });
    }
    /// Nobody looks at the meters.
    void run(WallTime until) {
        run(until, [](const Snapshot&) {});
    }
    void reset_truth() {
        for (auto& [name, meter] : meters) meter.true_joules = 0;
        true_node_joules = 0;
    }

private:
    void advance() {
        const double seconds = Seconds{step}.count();
        const WallTime middle = now.at.wall + step / 2;
        for (auto& [name, meter] : meters) {
            meter.true_joules += meter.watts(middle) * seconds;
            meter.counter += meter.watts(middle) * seconds * meter.counter_scale;
        }
        if (node_watts) true_node_joules += node_watts(middle) * seconds * (nodes - dark_nodes);
        now.at = now.at + step;
    }
    double noisy(double watts, double noise) {
        return watts * (1 + noise * std::uniform_real_distribution<>{-1, 1}(random_));
    }
    void describe() {
        for (auto& [name, meter] : meters) {
            Device& device = now.devices[name];
            device.name = name;
            device.kind = meter.kind;
            device.failure = meter.silent ? "no answer within 1 s" : "";
            if (meter.silent) continue;
            device.last_answer = now.at.wall;
            const bool counts = meter.has_counter && polls_++ % meter.counter_every == 0;
            std::erase_if(device.parts, [&](const PartMeasurement& part) {
                return part.quantity == Quantity::power_watts || counts || !meter.has_counter;
            });
            const auto add = [&](Quantity quantity, double value) {
                device.parts.push_back(
                    {quantity, Part::total, "", {value, now.at.wall, "test", Quality::good}});
            };
            if (meter.has_power)
                add(Quantity::power_watts, noisy(meter.watts(now.at.wall), meter.noise));
            if (counts)
                add(Quantity::energy_joules,
                    std::floor(meter.counter / meter.counts_in) * meter.counts_in);
        }
        for (unsigned i = 0; i < nodes; ++i) {
            Node& node = now.nodes["n" + std::to_string(i)];
            node.has_bmc = true;
            node.chassis = i < dark_nodes ? Chassis::off : Chassis::on;
            node.power.reset();
            if (i >= dark_nodes && i < nodes - silent_nodes)
                node.power = Measurement{noisy(node_watts(now.at.wall), 0.02), now.at.wall, "dcmi"};
        }
    }

    std::mt19937 random_{42};
    unsigned polls_ = 0;
};

/// A load that goes up and down over the day, and a cooling that follows it less than in step.
inline double it_load(WallTime at) {
    const double hours = Seconds{at.time_since_epoch()}.count() / 3600;
    return 40e3 + 15e3 * std::sin(hours * 2 * M_PI / 24) + 4e3 * std::sin(hours * 2 * M_PI / 1.7);
}
inline double facility_load(WallTime at) {
    const double hours = Seconds{at.time_since_epoch()}.count() / 3600;
    return 1.2 * it_load(at) + 6e3 + 2e3 * std::sin((hours - 9) * 2 * M_PI / 24);
}

}  // namespace frugald::test
