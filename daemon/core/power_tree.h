#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/units.h"

namespace frugald {

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

    /// The most that may be expected here; absent: this level limits nothing.
    std::optional<Watts> limit() const {
        if (!rating) return budget;
        const Watts usable{rating->value * headroom};
        return budget ? std::min(usable, *budget) : usable;
    }
};

/// As configured: names are unique, parents exist, there are no loops.
using PowerTree = std::vector<PowerFeed>;

}  // namespace frugald
