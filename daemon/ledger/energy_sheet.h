#pragma once

#include <deque>
#include <span>
#include <string>

#include "daemon/core/string_map.h"
#include "daemon/ledger/node_energy.h"

namespace frugald {

/// The energies of many nodes, from one answer of the archive.
class EnergySheet {
public:
    /// The node's entry, made on first use; lives as long as the sheet.
    NodeEnergy& node(const std::string& name, double factor);

    /// Series of nodes without an entry are left alone.
    void take(const SeriesSamples& series);
    void take(const SeriesCells& series);
    /// Counts what is left of these nodes and forgets their readings.
    void finish(std::span<const std::string> nodes);

private:
    std::deque<NodeEnergy> nodes_;
    StringMap<NodeEnergy*> by_name_;
    std::int64_t newest_row_ = 0;
};

}  // namespace frugald
