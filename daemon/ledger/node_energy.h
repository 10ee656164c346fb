#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/core/series.h"
#include "daemon/ledger/power_piece.h"

namespace frugald {

/// The energy of one node, or of a stored sum, from its series of power and energy (Part::total).
/// Of several sources the one that knows most of the time counts, and others only where it knows
/// nothing: nothing is counted twice. Sources that were contradicted are not used.
class NodeEnergy {
public:
    /// `factor`: of the calibration; multiplies all.
    explicit NodeEnergy(double factor) : factor_(factor) {}

    /// Before the first series. The number of the span.
    std::size_t want(EnergySpan span);
    const std::vector<SpanTally>& spans() const { return spans_; }

    /// Each in any order; other series than power and energy of the whole are left alone.
    void take(const SeriesSamples& series);
    void take(const SeriesCells& series);
    /// Counts and forgets the cells that begin before; what comes of them later is left out.
    void settle_cells(std::int64_t before_ms);
    /// Counts all that is left: after the last series.
    void finish();

    EnergyFigure figure(std::size_t span) const { return spans_[span].figure(); }
    /// Whose pieces were counted.
    const std::vector<std::string>& sources() const { return used_; }
    double factor() const { return factor_; }

private:
    struct Reading {
        std::int64_t at_ms;
        double value;
    };
    /// The sum of a cell's parts.
    struct CellSum {
        std::int64_t begin_ms = 0;
        std::int64_t covered_ms = 0;
        double joules = 0, least = 0, most = 0;
        bool sampled = false;  // else least and most mean nothing
    };
    struct Source {
        std::vector<Reading> readings;
        std::vector<CellSum> cells;  // by begin
    };
    struct Candidate {
        const std::string* source;
        PowerPieces pieces;
        double weight;  // of its cover, against that of others
    };
    using Key = std::pair<std::string, bool>;  // source, and whether it is a counter

    Source* source_of(const SeriesName& name);
    PowerPieces pieces_of(std::vector<Reading>& readings, bool counter) const;
    PowerPieces take_cells(Source& source, std::int64_t before_ms, bool counter) const;
    void count(std::vector<Candidate> candidates);
    static CellSum& cell_of(std::vector<CellSum>& cells, std::int64_t begin_ms);
    std::int64_t first_ms() const;
    std::int64_t last_ms() const;

    double factor_;
    std::vector<SpanTally> spans_;
    std::map<Key, Source> sources_;
    std::int64_t period_ms_ = 0, settled_ms_ = 0;
    std::vector<std::string> used_;
};

}  // namespace frugald
