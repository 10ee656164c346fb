#pragma once

#include "plugins/ipmi/sdr_fetch.h"

namespace frugald::ipmi {

/// Absent: the BMC has no value for this sensor now (it is off, not scanned, or not there).
asio::awaitable<Result<std::optional<double>>> read_sensor(Bmc& bmc, const Sensor& sensor,
                                                           Priority priority);

/// The sensors of one BMC: which there are, and what they say.
class Sensors {
public:
    Sensors(Bmc& bmc, SensorTables& tables) : bmc_(bmc), tables_(tables) {}

    /// Null before the repository was read, or when the BMC has none.
    const std::shared_ptr<const SensorTable>& table() const { return table_; }

    /// Makes sure that `table` is the BMC's: once per session, by the repository's stamp.
    asio::awaitable<Result<void>> update();

    struct Value {
        const Sensor* sensor = nullptr;  // of `table`
        double value = 0;
    };
    /// Every sensor once, one after the other, for as long as the BMC answers.
    asio::awaitable<Result<std::vector<Value>>> read_all();

private:
    Bmc& bmc_;
    SensorTables& tables_;
    std::shared_ptr<const SensorTable> table_;
    std::optional<RepositoryStamp> stamp_;
    unsigned session_ = 0;  // in which the stamp was last read
};

}  // namespace frugald::ipmi
