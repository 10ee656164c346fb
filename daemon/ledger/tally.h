#pragma once

#include <optional>
#include <string>

#include "daemon/core/pue_picture.h"
#include "daemon/ledger/calendar.h"
#include "daemon/ledger/stretch.h"

namespace frugald {

/// What was counted on both sides in the time in which all sources were measured.
struct PueTally {
    double facility = 0;  // joules, all
    double subtracted = 0;
    double it = 0;
    double facility_error = 0;  // joules, of facility and subtracted
    double it_error = 0;
    double covered_s = 0;
    double longest_gap_s = 0;  // between covered times
    unsigned counter_resets = 0;

    /// That part of it.
    PueTally scaled(double share) const;
    PueTally& operator+=(const PueTally& other);
    /// The ratio with its uncertainty: within a side the errors of all sources add up (meters of
    /// one kind err the same way), the two sides' are independent. `elapsed`: of the time that
    /// should have been covered.
    PueFigure figure(Seconds elapsed) const;

    /// For the store, and back; nothing for what is no such text.
    std::string text() const;
    static std::optional<PueTally> parse(const std::string& text);
};

}  // namespace frugald
