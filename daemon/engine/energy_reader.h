#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/ledger/energy_sheet.h"
#include "daemon/ports/archive.h"
#include "daemon/ports/offload.h"

namespace frugald {

/// What an EnergySheet needs of the archive, read piece by piece on a worker.
class EnergyReader {
public:
    struct Question {
        DeviceKind kind = DeviceKind::node;
        std::vector<std::string> devices{};
        WallTime from{}, to{};
        Resolution resolution = Resolution::raw;  // never automatic
        /// Of other series than power and energy, if they are wanted: on the worker.
        std::vector<Quantity> besides{};
        std::function<void(const SeriesSamples&)> beside_samples{};
        std::function<void(const SeriesCells&)> beside_cells{};
    };

    EnergyReader(Archive& archive, asio::any_io_executor workers)
        : archive_(archive), workers_(std::move(workers)) {}

    /// What could not be read, a text each. The sheet's nodes are finished then.
    asio::awaitable<Result<std::vector<std::string>>> read(std::shared_ptr<EnergySheet> sheet,
                                                           Question question);
    /// The finest that is there for this time; raw up to 2 days if `by_length`, then 5 minutes up
    /// to 31, then hours.
    asio::awaitable<Resolution> resolution_for(WallTime from, WallTime to, bool by_length);
    std::optional<WallTime> complete_until() const { return archive_.complete_until(); }

private:
    asio::awaitable<Result<void>> read_some(std::shared_ptr<EnergySheet> sheet, Question question,
                                            std::vector<std::string>& damage);

    Archive& archive_;
    asio::any_io_executor workers_;
};

/// How exact the ends are: 0 for raw.
std::chrono::milliseconds cell_length(Resolution resolution);

}  // namespace frugald
