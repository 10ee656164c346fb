#pragma once

#include "plugins/ipmi/sdr_fetch.h"
#include "plugins/ipmi/sensor_tables.h"

namespace frugald::ipmi {

/// Absent: the BMC has no value for this sensor now (it is off, not scanned, or not there).
asio::awaitable<Result<std::optional<double>>> read_sensor(Bmc& bmc, const Sensor& sensor,
                                                           Priority priority);

/// The sensors of one BMC: which there are, and what they say.
class Sensors {
public:
    Sensors(Bmc& bmc, SensorTables& tables) : bmc_(bmc), tables_(tables) {}

    /// Null before the repository was read, while a changed one is, and when the BMC has none.
    const std::shared_ptr<const SensorTable>& table() const { return table_; }

    /// Makes sure that `table` is the BMC's, by the stamp of its repository: that is read once per
    /// session, every `repository_interval`, and after a sensor was not there; each time where the
    /// group does not read its sensors. One command while nothing has changed.
    asio::awaitable<Result<void>> update();

    struct Value {
        const Sensor* sensor = nullptr;  // of `table`
        double value = 0;
    };
    /// Every sensor once, one after the other, for as long as the BMC answers.
    asio::awaitable<Result<std::vector<Value>>> read_all();

private:
    using Steady = std::chrono::steady_clock;

    bool is_fresh() const;
    asio::awaitable<Result<bool>> remembered(RepositoryStamp stamp);
    asio::awaitable<Result<void>> fetch(RepositoryStamp stamp);
    asio::awaitable<Result<bool>> is_unchanged(RepositoryStamp stamp);
    asio::awaitable<Result<bool>> is_still(DeviceId known, RepositoryStamp stamp);
    void use(const Repository& repository, const RepositoryStamp& stamp, const DeviceId& device);

    Bmc& bmc_;
    SensorTables& tables_;
    std::shared_ptr<const SensorTable> table_;
    std::optional<RepositoryStamp> stamp_;
    DeviceId device_;
    FetchHabits learned_;
    unsigned session_ = 0;  // in which the stamp was last read
    Steady::time_point next_check_{};
    bool suspect_ = false;    // a sensor of `table` was not there
    bool suspected_ = false;  // and the stamp was looked at because of that
};

}  // namespace frugald::ipmi
