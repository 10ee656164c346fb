#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/power_tree.h"
#include "daemon/core/snapshot.h"
#include "daemon/core/string_map.h"

namespace frugald {

/// Watts of one source at the looks of the last minutes; absent where it had no fresh value.
struct SourceTrail {
    std::deque<std::optional<double>> watts;
    std::optional<WallTime> at;  // of the newest
    bool noted = false;          // in the look under way
};

/// Two ways to know the same power: one or more meters (`whole`), and what should add up to it.
struct Balance {
    std::string level{};  // of the tree; empty: of one node
    std::vector<std::string> whole{};
    std::vector<std::string> parts{};
    double tolerance = 0.05;      // the two agree within this part of the larger one, or 50 W
    bool parts_may_lack = false;  // the whole feeds more than the parts are: it may be larger

    // How it stands.
    unsigned out = 0;        // windows in a row in which the two do not agree
    unsigned ok = 0;         // in which they do
    double whole_watts = 0;  // of the last window that counted, its mean
    double parts_watts = 0;
    /// What the whole usually has more, as a share of it: losses, learned slowly while all agree.
    std::optional<double> usual{};
    // The window under way.
    double whole_sum = 0;
    double parts_sum = 0;
    unsigned looks = 0;
    std::optional<WallTime> counted_at{};  // of the whole's newest reading then

    bool contains(const std::string& source) const;
    bool agrees() const;
    /// How much nearer the two come when one of the sources reads `by` watts more, as a share of
    /// that: -1 to 1.
    double mended(const std::string& source, double by) const;
    /// How far the two are apart beyond what is usual.
    double unusual() const { return whole_watts * (1 - usual.value_or(0)) - parts_watts; }
};

/// The sources of a picture and the balances between them, by the configured tree and the outlets
/// that the PDUs' configurations name.
class Ledger {
public:
    using Trails = StringMap<SourceTrail>;
    using Balances = std::map<std::string, Balance>;

    /// Notes a value or its absence for every source, and adds to the windows. Every
    /// `looks_per_window` calls a window ends; true then.
    bool look(const PowerTree& feeds, const Snapshot& now);

    const Trails& trails() const { return trails_; }
    const Balances& balances() const { return balances_; }

    static constexpr unsigned looks_per_window = 6;
    static constexpr std::size_t kept_looks = 84;  // 7 min of looks every 5 s

private:
    void note(const std::string& source, const Measurement* measured);
    void note_all(const Snapshot& now);
    std::optional<double> newest(const std::vector<std::string>& sources) const;
    void add(Balance& one) const;
    void end_window(Balance& one) const;

    Trails trails_;
    Balances balances_;
    unsigned looks_ = 0;
};

/// What should balance, by key; nothing of how it stands. Left out is what cannot be compared: a
/// level without a meter or with children without one, nodes that a feed outside of the level
/// also feeds.
Ledger::Balances balances_of(const PowerTree& feeds, const Snapshot& now);

/// As sources are called everywhere.
std::string bmc_source(const std::string& node);
std::string outlet_source(const std::string& pdu, const std::string& outlet);
std::string device_source(const Device& device);
std::string meter_source(const FeedMeter& meter);

}  // namespace frugald
