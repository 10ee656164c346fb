#include "daemon/ledger/energy_sheet.h"

namespace frugald {

namespace {

/// The store hands cells over row by row, a row being so many of them; what is not in its files
/// yet, of the last two rows, comes at the end, device by device.
constexpr std::int64_t cells_in_row = 60, rows_kept = 2;

}  // namespace

NodeEnergy& EnergySheet::node(const std::string& name, double factor) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return *found->second;
    auto& made = nodes_.emplace_back(factor);
    by_name_.emplace(name, &made);
    return made;
}

void EnergySheet::take(const SeriesSamples& series) {
    const auto found = by_name_.find(series.series.device);
    if (found != by_name_.end()) found->second->take(series);
}

void EnergySheet::take(const SeriesCells& series) {
    if (series.cells.empty()) return;
    const auto row_ms = series.period_ms * cells_in_row;
    const auto row = series.cells.front().begin_ms / row_ms;
    if (row > newest_row_) {
        newest_row_ = row;
        for (auto& one : nodes_) one.settle_cells((row - rows_kept) * row_ms);
    }
    const auto found = by_name_.find(series.series.device);
    if (found != by_name_.end()) found->second->take(series);
}

void EnergySheet::finish(std::span<const std::string> nodes) {
    for (const auto& name : nodes)
        if (const auto found = by_name_.find(name); found != by_name_.end())
            found->second->finish();
}

}  // namespace frugald
