#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/snapshot.h"
#include "daemon/telemetry/energy.h"
#include "daemon/telemetry/node_record.h"

namespace frugald {

/// Energy of one meter since the first look, from its counter, which may start anew at any moment;
/// without one, from its watts. Never falls.
class MeteredEnergy {
public:
    /// What a look found out; empty: nothing strange. The counter begins a new epoch then, and the
    /// watts say what went through between its last reading and now.
    std::string take(const Measurement* power, const Measurement* counter);
    /// Absent before there were two readings.
    std::optional<Joules> total() const;

private:
    std::string judge(const Measurement& counter) const;
    std::optional<Measurement> last_;  // of the counter
    EnergyIntegral watts_{longest_energy_gap};
    Joules watts_at_last_{};  // the integral when the counter was last read
    double most_watts_ = 0;
    std::optional<Joules> counted_;
};

/// The same for every PDU and meter, and the counters that began anew since the last call.
class DeviceEnergy {
public:
    struct NewEpoch {
        std::string source;
        std::string text;
    };
    std::vector<NewEpoch> look(const Snapshot& now);
    std::optional<Joules> of(const std::string& source) const;

private:
    std::map<std::string, MeteredEnergy> meters_;  // by source
};

}  // namespace frugald
