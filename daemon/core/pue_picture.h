#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/units.h"

namespace frugald {

/// How much a figure is worth.
enum class PueState {
    complete,      // both sides were measured in at least 90 % of the period's time so far
    incomplete,    // in 50 to 90 %
    insufficient,  // in less, or nothing was drawn by IT: there is no value
    impossible,    // below 1: a source is missing, or counted twice
};
const char* to_string(PueState state);

/// Energy over energy, of the time in which both sides were measured.
struct PueFigure {
    std::string period;  // "live", "2026-11-21", "2026-11" or "2026", of the local time zone
    WallTime from{};
    WallTime to{};  // of a period that is not over: now
    PueState state = PueState::insufficient;
    std::optional<double> value{};
    std::optional<double> uncertainty{};  // plus or minus, by the stated accuracies
    double coverage = 0;                  // 0..1
    Seconds covered{0};
    Seconds longest_gap{0};
    unsigned counter_resets = 0;
    Joules facility{};    // what came in, all of it
    Joules subtracted{};  // of that, what is not counted
    Joules it{};
    std::string note{};  // for people: what is wrong, and the likely cause
};

/// One meter, PDU, or the nodes, as part of the ratio.
struct PueSource {
    std::string name;
    std::string side;  // "facility", "subtract", "it"
    std::string how;   // "counter", "power"; empty: not measured yet
    std::optional<Watts> power{};
    std::optional<WallTime> last{};  // measured last
    std::string trouble{};           // why it is not measured now; empty: it is
};

struct PuePicture {
    std::string category;  // "PUE1", "PUE2", "PUE3"; empty: not known before the sources are
    std::vector<PueSource> sources;
    PueFigure live;
    PueFigure day;
    PueFigure month;
    PueFigure year;
    /// Days, months and years that are over, each kind oldest first; never null.
    std::shared_ptr<const std::vector<PueFigure>> past;

    /// By `PueFigure::period`; null: nothing is known of it.
    const PueFigure* find(const std::string& period) const;
};

}  // namespace frugald
