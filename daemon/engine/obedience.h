#pragma once

#include "daemon/core/snapshot.h"

namespace frugald {

/// Whether a node keeps to its power limit, judged by its power readings.
class Obedience {
public:
    enum class Change { none, disobeys, obeys };

    /// The BMC has shown `limit` at `since` and promised to be under it within `correction`.
    void begin(Watts limit, std::chrono::milliseconds correction, WallTime since);
    /// The same measurement again is no news. Disobedient is a node after three readings in a row
    /// above the limit, taken after the correction time; obedient again after two that are not.
    Change take(const Measurement& power);

    bool disobeys() const { return disobeys_; }
    /// What a limit of so much allows a node to draw: limits are averages, sensors have steps.
    static Watts tolerated(Watts limit);

private:
    static constexpr int above_to_disobey = 3;
    static constexpr int below_to_obey = 2;

    Watts limit_{};
    WallTime judged_from_{};
    WallTime last_{};
    int above_ = 0;
    int below_ = 0;
    bool disobeys_ = false;
};

}  // namespace frugald
