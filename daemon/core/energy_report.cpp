#include "daemon/core/energy_report.h"

#include <algorithm>

namespace frugald {

namespace {

template <class Unit>
void add(std::optional<Amount<Unit>>& sum, const std::optional<Amount<Unit>>& one) {
    if (one) sum = sum.value_or(Amount<Unit>{}) + *one;
}

template <class Report>
void add_rows(Report& report) {
    report.total = {};
    report.unknown = 0;
    for (const auto& row : report.rows) {
        add_to_total(report.total, row.figure);
        if (!row.figure.energy) ++report.unknown;
    }
}

}  // namespace

void add_to_total(EnergyFigure& total, const EnergyFigure& one) {
    add(total.energy, one.energy);
    add(total.mean, one.mean);
    total.length += one.length;
    total.covered += one.covered;
    total.gaps += one.gaps;
    total.longest_gap = std::max(total.longest_gap, one.longest_gap);
}

void add_up(EnergyReport& report) { add_rows(report); }
void add_up(JobEnergy& job) { add_rows(job); }

}  // namespace frugald
