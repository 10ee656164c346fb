#include "daemon/ledger/overlap.h"

#include <algorithm>

namespace frugald {

/// The first time after the frontier in which every lane has a stretch; false: none that is
/// settled.
bool Overlap::next(WallTime settled, WallTime& from, WallTime& to) {
    from = frontier_;
    for (bool moved = true; moved;) {
        moved = false;
        for (auto& lane : lanes_) {
            while (!lane.empty() && lane.front().to <= from) lane.pop_front();
            if (lane.empty() || lane.front().from >= settled) return false;
            moved = moved || lane.front().from > from;
            from = std::max(from, lane.front().from);
        }
    }
    to = settled;
    for (const auto& lane : lanes_) to = std::min(to, lane.front().to);
    return from < to;
}

std::vector<Overlap::Slice> Overlap::take(WallTime settled) {
    std::vector<Slice> slices;
    WallTime from{}, to{};
    while (!lanes_.empty() && next(settled, from, to)) {
        Slice slice{from, to, {}};
        for (const auto& lane : lanes_) slice.lanes.push_back(lane.front().part(from, to));
        slices.push_back(std::move(slice));
        frontier_ = to;
    }
    frontier_ = std::max(frontier_, settled);
    return slices;
}

void Overlap::restart(WallTime frontier) {
    for (auto& lane : lanes_) lane.clear();
    frontier_ = frontier;
}

std::optional<double> Overlap::waiting(std::size_t lane) const {
    double joules = 0;
    WallTime until = frontier_;
    for (const auto& stretch : lanes_[lane]) {
        if (stretch.to <= frontier_) continue;
        if (stretch.from > until) return std::nullopt;
        joules += stretch.part(std::max(stretch.from, frontier_), stretch.to).joules;
        until = stretch.to;
    }
    return until > frontier_ ? std::optional{joules} : std::nullopt;
}

}  // namespace frugald
