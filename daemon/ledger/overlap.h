#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "daemon/ledger/stretch.h"

namespace frugald {

/// The time in which all of several sources were measured, and what each of them counted in it.
/// Stretches of one lane come in the order of time.
class Overlap {
public:
    struct Slice {
        WallTime from{};
        WallTime to{};
        std::vector<Stretch> lanes;  // all of this very time
    };

    explicit Overlap(std::size_t lanes) : lanes_(lanes) {}

    void add(std::size_t lane, const Stretch& stretch) { lanes_[lane].push_back(stretch); }
    /// All slices up to `settled`, before which no lane will get another stretch. What lies
    /// before that once, is not counted again.
    std::vector<Slice> take(WallTime settled);
    /// Forgets what waits, and counts nothing before `frontier`.
    void restart(WallTime frontier);
    WallTime frontier() const { return frontier_; }
    /// What waits in a lane for the others, in joules; absent: not without a gap, or nothing.
    std::optional<double> waiting(std::size_t lane) const;

private:
    bool next(WallTime settled, WallTime& from, WallTime& to);

    std::vector<std::deque<Stretch>> lanes_;
    WallTime frontier_{};
};

}  // namespace frugald
