#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/sample_query.h"
#include "daemon/core/units.h"

namespace frugald {

/// What was drawn in some time (docs/energy.md). Unknown is absent, never 0.
struct EnergyFigure {
    std::optional<Joules> energy{};  // of the covered time; absent: nothing was measured
    std::optional<Watts> mean{};     // in the covered time
    std::optional<Watts> least{}, most{};
    Seconds length{0}, covered{0};  // asked for, and measured
    unsigned gaps = 0;              // stretches of which nothing is known
    Seconds longest_gap{0};
};

/// Of one node, or of the cluster's stored sum.
struct EnergyRow {
    std::string name{};
    EnergyFigure figure{};
    std::vector<std::string> sources{};  // that were used: "dcmi"
    double factor = 1;                   // of its calibration, in the figures already
    std::string unknown_why{};           // nothing was measured; empty: something was
    /// Of the cluster: the part of the nodes that the sum had in it, 0..1, on the average.
    std::optional<double> measured_ratio{};
};

struct EnergyReport {
    WallTime from{}, to{};
    Resolution resolution = Resolution::raw;
    Seconds ends_within{0};  // by cells the ends are as exact as a cell is long; raw: 0
    std::vector<EnergyRow> rows{};
    EnergyFigure total{};               // of the known rows; without least and most
    unsigned unknown = 0;               // rows without a figure
    std::vector<std::string> damage{};  // what could not be read, one text each
};

/// Which nodes: some, those of a partition, all (both empty), or the cluster as one sum.
struct EnergyQuery {
    std::vector<std::string> nodes{};
    std::string partition{};
    bool cluster = false;
    WallTime from{}, to{};
    Resolution resolution = Resolution::automatic;
};

/// The job's part of one of its nodes.
struct JobEnergyRow {
    std::string node{};
    EnergyFigure figure{};
    std::optional<Joules> node_energy{};    // all of it, with what is other jobs'
    bool shared = false;                    // other jobs were on the node, for some of the time
    bool by_cpus = true;                    // how it was split; false: evenly, CPUs are not known
    std::uint32_t cpus = 0, node_cpus = 0;  // the job's, and the node's; 0: not known
    std::string unknown_why{};
};

/// One run of a job; a job that was requeued has several.
struct JobEnergy {
    std::uint32_t id = 0;
    std::string partition{};
    WallTime start{};
    WallTime until{};  // its end; of a running job what is measured so far
    bool running = false;
    bool vanished = false;  // nobody saw its end: counted to the last moment it was known to run
    Resolution resolution = Resolution::raw;
    Seconds ends_within{0};
    std::vector<JobEnergyRow> rows{};
    EnergyFigure total{};  // likewise
    unsigned unknown = 0;
};

/// Adds to a total: energies, mean powers, times; the longest gap is the longest of all.
void add_to_total(EnergyFigure& total, const EnergyFigure& one);
/// `total` and `unknown` from the rows.
void add_up(EnergyReport& report);
void add_up(JobEnergy& job);

}  // namespace frugald
