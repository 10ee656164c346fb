#pragma once

#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/telemetry/fleet.h"

namespace frugald {

/// The lines about devices that fall silent or come back: with its cause for the first few of ten
/// seconds, the others together by name, at once when they come at once (a switch has died), else
/// when the ten seconds are over.
class ReachLog {
public:
    static constexpr unsigned single_lines = 5;
    static constexpr std::chrono::seconds window{10};

    struct Line {
        bool warning = false;  // else a notice
        std::string text;
    };
    /// To be called about once a second, also without changes.
    std::vector<Line> take(const std::vector<ReachChange>& changes, SteadyTime now);

private:
    void write_together(std::vector<Line>& lines);

    SteadyTime begin_{};
    unsigned singles_ = 0;
    bool together_ = false;  // already in this window
    std::vector<std::string> lost_;
    std::vector<std::string> back_;
};

}  // namespace frugald
