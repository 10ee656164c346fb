#pragma once

#include <cstdint>
#include <vector>

#include "daemon/core/energy_report.h"

namespace frugald {

/// A longer time between two readings is a gap: nothing is known of it (as in the store's cells).
inline constexpr std::int64_t longest_reading_interval_ms = 300'000;

/// What was measured between two instants: power that changes evenly from `first` to `last`.
struct PowerPiece {
    std::int64_t from_ms = 0, to_ms = 0;
    double first = 0, last = 0;  // W
    double least = 0,
           most = 0;  // W; of a cell further apart than its mean, which first and last are

    double at(std::int64_t ms) const {
        return first + (last - first) * static_cast<double>(ms - from_ms) /
                           static_cast<double>(to_ms - from_ms);
    }
    /// The part of it between two instants inside.
    PowerPiece cut(std::int64_t from, std::int64_t to) const;
};
/// In order of time, none overlapping the next.
using PowerPieces = std::vector<PowerPiece>;

/// What of `more` lies between `from` and `to` and where `pieces` know nothing, put in among them.
void fill_holes(PowerPieces& pieces, const PowerPieces& more, std::int64_t from, std::int64_t to);

/// How many ms of the time they cover.
std::int64_t covered_ms(const PowerPieces& pieces, std::int64_t from, std::int64_t to);

/// Some time of which the energy is wanted, `to` not included.
struct EnergySpan {
    std::int64_t from_ms = 0, to_ms = 0;
};

/// Adds up what pieces say of a span, to the millisecond.
class SpanTally {
public:
    explicit SpanTally(EnergySpan span) : span_(span), known_to_ms_(span.from_ms) {}

    EnergySpan span() const { return span_; }
    /// In order of time, none overlapping the one before.
    void add(const PowerPiece& piece);
    EnergyFigure figure() const;

private:
    void note_gap(std::int64_t from_ms, std::int64_t to_ms, EnergyFigure& figure) const;

    EnergySpan span_;
    std::int64_t known_to_ms_;
    std::int64_t covered_ms_ = 0;
    double joules_ = 0, least_ = 0, most_ = 0;
    EnergyFigure gaps_;  // its gaps only
};

}  // namespace frugald
