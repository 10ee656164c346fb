#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/units.h"

namespace frugald {

/// A sum, and of how many things that should be in it it has a fresh value.
struct TreeSum {
    Watts watts{};
    unsigned known = 0;
    unsigned all = 0;

    bool complete() const { return all > 0 && known == all; }
    /// Absent: there is nothing to sum.
    std::optional<unsigned> percent() const {
        return all == 0 ? std::nullopt : std::optional{100 * known / all};
    }
};

struct TreeLine {
    std::string name;
    std::optional<double> amperes;  // absent: not measured, or too old
};

/// One level of the power tree at one instant. Absent is unknown, never 0.
struct TreeLevel {
    std::string name;
    std::string kind;
    std::string parent;
    std::string redundant_with;
    std::string measured_by;        // "pdu rack7-a", "rack7-a line L1"; empty: nothing
    std::optional<Watts> measured;  // by that
    TreeSum nodes;                  // all nodes below, each once
    TreeSum outlets;                // of the PDU that measures it as a whole
    TreeSum children;               // levels directly below, and nodes that are in none of them
    std::optional<Watts> used;      // measured, else the complete sum of what is below
    std::vector<TreeLine> lines;
    std::optional<Watts> rating;
    std::optional<double> rating_amperes;    // of each line
    std::optional<Watts> limit;              // derated, less the reserve, at most the budget
    std::optional<double> limit_amperes;     // of each line
    std::optional<Watts> headroom;           // limit - used
    std::optional<double> headroom_amperes;  // of the fullest line
    /// When the other feed of the pair is lost and its load comes here; nodes that have only the
    /// other cord go dark and do not come.
    std::optional<Watts> headroom_one_lost;
    std::optional<double> headroom_one_lost_amperes;
    std::optional<Joules> energy;  // since frugald's start, from the counter or from the watts
    /// While measurements of this level contradict each other: how far the larger one is above the
    /// sum of the nodes. Budgets and N3 count it on top.
    Watts surplus{};
};

/// A source whose figures are not believed any more, and why.
struct TreeSuspicion {
    std::string source;    // "pdu rack7-a", "outlet rack7-a:12", "BMC of c001", "meter main"
    std::string fault;     // "miswired", "stuck", "implausible", "drift", "disputed", "lost feed"
    std::string evidence;  // with figures, for people
    WallTime since{};
};

/// The power tree as measured, in the order of the configuration.
struct TreePicture {
    std::vector<TreeLevel> levels;
    std::vector<TreeSuspicion> suspicions;
};

}  // namespace frugald
