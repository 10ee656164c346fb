#pragma once

#include <algorithm>
#include <chrono>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/reading.h"
#include "daemon/core/units.h"

namespace frugald {

/// What measures a level: a PDU or meter, or one line, branch or outlet of it.
struct FeedMeter {
    std::string device{};  // empty: nothing measures it
    Part part = Part::total;
    std::string part_name{};
    bool is_pdu = true;
};

/// One level of what feeds the nodes: the site, a row, a PDU, a line, a breaker.
struct PowerFeed {
    /// Of a rating no more than this part is ever planned with (safety.md N3).
    static constexpr double headroom = 0.9;

    std::string name;
    std::string parent{};              // empty: none above
    std::optional<Watts> rating{};     // what trips
    std::optional<Watts> budget{};     // what the site allows
    std::vector<std::string> nodes{};  // of this level and all below; behind two feeds, in both
    /// Between two power-ons below this feed at least so long (inrush).
    std::chrono::milliseconds start_interval{100};

    std::string kind{};                      // "row", "pdu", "line"; for people. Empty: not said
    std::optional<double> rating_amperes{};  // of each line: what trips
    double volts = 0;                        // of a single phase; of three, between two lines
    unsigned phases = 1;                     // 1 or 3
    /// The part of the rating that may be used for hours (NEC: 0.8). Absent, or 1 where the device
    /// names a derated rating already: `headroom` alone.
    std::optional<double> derating{};
    Watts reserve{};  // kept free below the limit
    FeedMeter meter{};
    bool complete = true;          // all that hangs here is in the tree: the sums must come out
    std::string redundant_with{};  // the other feed of a pair A/B; the other names this one

    /// VA of one ampere in each line; nobody knows the power factor of what is to come, so it
    /// counts as 1.
    double watts_per_ampere() const { return phases == 3 ? std::numbers::sqrt3 * volts : volts; }
    /// What trips, in watts: the smaller where both ratings are given.
    std::optional<Watts> rated() const {
        if (!rating_amperes) return rating;
        const Watts by_current{*rating_amperes * watts_per_ampere()};
        return rating ? std::min(*rating, by_current) : by_current;
    }
    /// The usable part of a rating. Never more than `headroom`, however it is derated.
    double usable() const { return std::min(headroom, derating.value_or(1)); }

    /// The most that may be expected here; absent: this level limits nothing.
    std::optional<Watts> limit() const {
        std::optional<Watts> most = budget;
        if (const auto trips = rated()) {
            const Watts part{trips->value * usable()};
            most = budget ? std::min(part, *budget) : part;
        }
        if (!most) return most;
        return Watts{std::max(0.0, most->value - reserve.value)};
    }
    /// The same for the current of each line; absent: not rated in amperes.
    std::optional<double> limit_amperes() const {
        if (!rating_amperes) return std::nullopt;
        const double kept = reserve.value / watts_per_ampere();
        return std::max(0.0, *rating_amperes * usable() - kept);
    }
};

/// As configured: names are unique, parents exist and stand before, there are no loops.
using PowerTree = std::vector<PowerFeed>;

}  // namespace frugald
