#pragma once

#include <bit>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "daemon/core/power_tree.h"
#include "daemon/telemetry/fleet.h"
#include "daemon/telemetry/tree_watch.h"

namespace frugald {

/// A room in virtual time with a truth of its own: 8 nodes on the pair rack7-a/rack7-b, 8 with one
/// cord on rack8, all behind the meter "main". Loads change as jobs come and go; every instrument
/// has noise and losses of its own.
class TreeRoom {
public:
    static constexpr int nodes = 16;
    static constexpr std::chrono::seconds poll{10};

    /// What goes wrong; each member is one fault, by default none.
    struct Faults {
        std::optional<std::pair<int, int>>
            swapped_outlets;  // of rack8; 15 is the one without a name
        bool meter_stuck = false;
        bool meter_words = false;
        bool pdu_stuck = false;    // rack8's total
        bool lost_a = false;       // no watts behind rack7-a
        bool silent_a = false;     // and its PDU with it
        double pdu_factor = 1;     // rack8's total
        double bmc_factor = 1;     // node 12
        double outlet_factor = 1;  // of node 12
    };
    Faults faults;

    explicit TreeRoom(unsigned seed) : dice_(seed), fleet_(std::chrono::seconds{60}) {
        declare();
        for (int i = 0; i < nodes; ++i) {
            load_[i] = 120 + 480 * share_(dice_);
            next_job_[i] = 60 + 900 * share_(dice_);
        }
        watch_.configured(tree());
    }

    static std::string name(int node) { return "n" + std::to_string(node + 1); }

    static PowerTree tree() {
        PowerFeed main{"room"};
        main.meter = {"main", Part::total, {}, false};
        PowerFeed a{"feed-a", "room"}, b{"feed-b", "room"}, c{"rack8", "room"};
        a.meter.device = "rack7-a";
        b.meter.device = "rack7-b";
        c.meter.device = "rack8";
        a.redundant_with = "feed-b";
        b.redundant_with = "feed-a";
        a.rating = b.rating = c.rating = Watts{7000};
        for (int i = 0; i < nodes; ++i) {
            main.nodes.push_back(name(i));
            if (i < 8) a.nodes.push_back(name(i));
            if (i >= 8) c.nodes.push_back(name(i));
        }
        b.nodes = a.nodes;
        PowerTree all{main, a, b, c};
        for (auto& feed : all) std::ranges::sort(feed.nodes);
        return all;
    }

    /// Runs on; every picture and all news are kept.
    void run(std::chrono::seconds time) {
        for (const auto end = now_ + time; now_ < end; now_ += std::chrono::seconds{5}) {
            live();
            if (now_.count() % poll.count() == 0) read_all();
            Snapshot snapshot;
            snapshot.at = {SteadyTime{now_}, wall()};
            fleet_.describe(snapshot);
            picture = watch_.look(snapshot);
            for (auto& one : watch_.take_news()) news.push_back({now_, std::move(one)});
        }
    }

    /// Jobs start on these nodes at once.
    void start(std::initializer_list<int> which, double watts) {
        for (const int node : which) {
            load_[node] = watts;
            next_job_[node] = static_cast<double>(now_.count()) + 1800;
        }
    }

    void reset_counter() { counted_main_ = 0; }

    std::chrono::seconds now() const { return now_; }
    double true_joules() const { return joules_main_; }
    double true_joules_rack8() const { return joules_rack8_; }

    struct Heard {
        std::chrono::seconds at{};
        TreeNews news;
    };
    std::vector<Heard> news;
    std::shared_ptr<const TreePicture> picture;

private:
    WallTime wall() const { return WallTime{std::chrono::seconds{1'790'000'000} + now_}; }

    void declare() {
        std::map<std::string, std::string> a, b, c;
        for (int i = 0; i < nodes; ++i) {
            fleet_.declare_node(name(i));
            if (i < 8) a[std::to_string(i + 1)] = b[std::to_string(i + 1)] = name(i);
            // The last one hangs on an outlet that the configuration does not name.
            if (i >= 8 && i < 15) c[std::to_string(i + 1)] = name(i);
        }
        fleet_.declare_device(DeviceKind::pdu, "rack7-a", "x", a);
        fleet_.declare_device(DeviceKind::pdu, "rack7-b", "x", b);
        fleet_.declare_device(DeviceKind::pdu, "rack8", "x", c);
        fleet_.declare_device(DeviceKind::meter, "main", "x", {});
    }

    /// Five seconds of the room's life.
    void live() {
        for (int i = 0; i < nodes; ++i)
            if (static_cast<double>(now_.count()) >= next_job_[i]) {
                load_[i] = share_(dice_) < 0.3 ? 120 : 120 + 480 * share_(dice_);
                next_job_[i] = static_cast<double>(now_.count()) + 300 + 900 * share_(dice_);
            }
        const double rack8 = delivered(8, 16), main = (delivered(0, 8) + rack8) * 1.01;
        joules_rack8_ += rack8 * 5;
        joules_main_ += main * 5;
        counted_main_ += main * 5;
        counted_rack8_ += rack8 * 5;
    }

    /// What a PDU takes in for these nodes.
    double delivered(int from, int to) const {
        double sum = 0;
        for (int i = from; i < to; ++i) sum += load_.at(i);
        return sum * 1.01;
    }

    double noisy(double watts, double share) {
        return std::max(0.0, watts * (1 + share * gauss_(dice_)));
    }

    void read_all() {
        for (int i = 0; i < nodes; ++i) {
            const double factor = i == 12 ? faults.bmc_factor : 1;
            const Reading reading{
                Quantity::power_watts, Part::total, {}, std::round(noisy(load_[i], 0.01) * factor)};
            take(DeviceKind::node, name(i), "dcmi", {reading});
        }
        const double part_a = faults.lost_a ? 0 : 0.5;
        if (!faults.silent_a) read_pdu("rack7-a", 0, 8, part_a, 0);
        read_pdu("rack7-b", 0, 8, 1 - part_a, 0);
        read_pdu("rack8", 8, 16, 1, counted_rack8_);
        read_meter();
    }

    int behind(int outlet) const {
        const auto& swap = faults.swapped_outlets;
        if (!swap) return outlet;
        return outlet == swap->first ? swap->second : outlet == swap->second ? swap->first : outlet;
    }

    void read_pdu(const std::string& pdu, int from, int to, double part, double counter) {
        std::vector<std::string> names;
        for (int i = from; i < to; ++i) names.push_back(std::to_string(i + 1));
        std::vector<Reading> readings;
        for (int i = from; i < to; ++i) {
            const double factor = i == 12 ? faults.outlet_factor : 1;
            const double watts = noisy(load_[behind(i)] * part, 0.01) * factor;
            readings.push_back({Quantity::power_watts, Part::outlet,
                                names[static_cast<std::size_t>(i - from)], std::round(watts)});
        }
        double total = std::round(noisy(delivered(from, to) * part, 0.005));
        if (pdu == "rack8") {
            total *= faults.pdu_factor;
            if (faults.pdu_stuck) total = stuck_pdu_;
            stuck_pdu_ = total;
        }
        readings.push_back({Quantity::power_watts, Part::total, {}, total});
        if (counter > 0)
            readings.push_back({Quantity::energy_joules,
                                Part::total,
                                {},
                                std::floor(counter / 3.6e5) * 3.6e5});  // steps of 0.1 kWh
        take(DeviceKind::pdu, pdu, "snmp:x", readings);
    }

    void read_meter() {
        double watts = noisy((delivered(0, 8) + delivered(8, 16)) * 1.01, 0.003);
        if (faults.meter_stuck) watts = stuck_meter_;
        stuck_meter_ = watts;
        if (faults.meter_words) {
            const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(watts));
            watts = static_cast<double>(std::bit_cast<float>(bits << 16 | bits >> 16));
        }
        take(DeviceKind::meter, "main", "modbus:x",
             {{Quantity::power_watts, Part::total, {}, watts},
              {Quantity::energy_joules, Part::total, {}, counted_main_}});
    }

    void take(DeviceKind kind, const std::string& device, const char* source,
              const std::vector<Reading>& readings) {
        Observation seen;
        seen.kind = kind;
        seen.device = device;
        seen.source = source;
        seen.at = wall();
        seen.chassis = kind == DeviceKind::node ? Chassis::on : Chassis::unknown;
        seen.readings = readings;
        fleet_.take(seen);
    }

    std::mt19937 dice_;
    std::uniform_real_distribution<double> share_{0, 1};
    std::normal_distribution<double> gauss_{0, 1};
    Fleet fleet_;
    TreeWatch watch_;
    std::chrono::seconds now_{0};
    std::map<int, double> load_, next_job_;
    double joules_main_ = 0, joules_rack8_ = 0, counted_main_ = 5e9, counted_rack8_ = 7e9;
    double stuck_meter_ = 0, stuck_pdu_ = 0;
};

}  // namespace frugald
