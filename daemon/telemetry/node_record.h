#pragma once

#include <string>
#include <vector>

#include "daemon/telemetry/energy.h"
#include "daemon/telemetry/freeze.h"
#include "daemon/telemetry/series.h"

namespace frugald {

/// Two missed beats of a 10 s poll are no gap; five minutes are.
inline constexpr std::chrono::minutes longest_energy_gap{5};

/// What the fleet remembers of one node beside its picture. `node.power` is what the BMC said;
/// `shown` chooses between it and the PDU's outlets.
struct NodeRecord {
    struct PartSeries {
        Part part{};
        std::string name;
        Series series;
    };

    Node node;
    unsigned rounds = 0;  // answers of the BMC
    Series total;
    std::vector<PartSeries> parts;  // of power only
    Freeze freeze;
    std::optional<Measurement> share;  // of the PDUs that feed it, when all its outlets are known
    EnergyIntegral energy{longest_energy_gap};
    std::string energy_source;

    Series& series_of(Part part, std::string_view name);
    /// The BMC's reading, judged by its age.
    std::optional<Measurement> own_power(WallTime now, std::chrono::milliseconds limit) const;
    /// The outlets' sum while all of it is fresh. A sum of 0 W of a running node says only that
    /// it has a feed that nobody named.
    std::optional<Measurement> fresh_share(WallTime now, std::chrono::milliseconds limit) const;
    /// Good by the BMC, else by the PDU, else what the BMC said, suspect or stale.
    std::optional<Measurement> shown(WallTime now, std::chrono::milliseconds limit) const;
    /// What follows is not comparable with what was.
    void begin_epoch();
    /// Adds a measurement in use to the energy; another source than before begins a new epoch.
    void integrate(const std::string& source, const PowerSample& sample);
};

}  // namespace frugald
