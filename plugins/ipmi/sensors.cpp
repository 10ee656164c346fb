#include "plugins/ipmi/sensors.h"

#include "plugins/ipmi/commands.h"

namespace frugald::ipmi {

asio::awaitable<Result<std::optional<double>>> read_sensor(Bmc& bmc, const Sensor& sensor,
                                                           Priority priority) {
    const Result<Answer> answer =
        co_await bmc.ask(priority, get_sensor_reading(sensor.number, sensor.lun));
    if (!answer) co_return tl::unexpected(answer.error());
    const auto reading = parse_sensor_reading(*answer);
    if (!reading || !reading->available) co_return std::nullopt;
    if (!reading->scanning && !bmc.group().workarounds.ignore_scanning) co_return std::nullopt;
    co_return sensor.value(reading->raw);
}

asio::awaitable<Result<void>> Sensors::update() {
    const unsigned session = bmc_.session_count();
    if (table_ && session == session_) co_return Result<void>{};
    const Result<RepositoryStamp> stamp = co_await read_repository_stamp(bmc_);
    if (!stamp) co_return tl::unexpected(stamp.error());
    if (!table_ || stamp_ != *stamp) {
        const Result<Repository> repository = co_await fetch_repository(bmc_);
        if (!repository) co_return tl::unexpected(repository.error());
        table_ = tables_.table(*repository, bmc_.group().workarounds);
        stamp_ = *stamp;
    }
    session_ = session;
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<Sensors::Value>>> Sensors::read_all() {
    const auto table = table_;  // a fetch may replace ours meanwhile
    std::vector<Value> values;
    if (!table) co_return values;
    values.reserve(table->sensors.size());
    for (const Sensor& sensor : table->sensors) {
        const Result<std::optional<double>> value =
            co_await read_sensor(bmc_, sensor, Priority::sensors);
        if (!value) co_return tl::unexpected(value.error());
        if (*value) values.push_back({&sensor, **value});
    }
    co_return values;
}

}  // namespace frugald::ipmi
