#pragma once

#include <string>
#include <vector>

#include "daemon/core/energy_report.h"
#include "daemon/core/result.h"
#include "daemon/ports/asio.h"

namespace frugald {

/// Where and when a job ran.
struct JobSpan {
    std::vector<std::string> nodes{};
    WallTime from{}, to{};  // of one that runs: what is stored so far
};

/// Energy from what was stored (docs/energy.md). Called on the loop thread.
class EnergyDoor {
public:
    virtual ~EnergyDoor() = default;
    /// Fault::invalid: there is no such partition, or nothing between the instants; unavailable:
    /// the store is not open. `to` may be shortened to what is stored.
    virtual asio::awaitable<Result<EnergyReport>> energy(EnergyQuery query) = 0;
    /// Every known run, oldest first; of one that is running as far as it is measured.
    /// Fault::invalid: no such job is known.
    virtual asio::awaitable<Result<std::vector<JobEnergy>>> job_energy(std::uint32_t id) = 0;
    /// Likewise, without measuring anything.
    virtual asio::awaitable<Result<std::vector<JobSpan>>> job_spans(std::uint32_t id) = 0;
};

}  // namespace frugald
