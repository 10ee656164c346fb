#include "plugins/ipmi/sensors.h"

#include <algorithm>

#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/factors.h"
#include "plugins/ipmi/identities.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t no_such_sensor = 0xcb;

struct Outcome {
    std::optional<double> value;
    bool unknown = false;  // the BMC has no sensor of this number
};

bool says_nothing(const Bmc& bmc, const RawSensorReading& reading) {
    if (!reading.available) return true;
    if (!reading.scanning && !workarounds_of(bmc).ignore_scanning) return true;
    const auto& none = habits_of(bmc)->no_reading_bytes;
    return std::find(none.begin(), none.end(), reading.raw) != none.end();
}

asio::awaitable<Result<std::optional<double>>> decode(Bmc& bmc, const Sensor& sensor,
                                                      std::uint8_t raw, Priority priority) {
    if (!sensor.needs_factors()) co_return sensor.value(raw);
    const Result<Answer> answer =
        co_await bmc.ask(priority, get_sensor_reading_factors(sensor, raw));
    if (!answer) co_return tl::unexpected(answer.error());
    const auto factors = parse_sensor_reading_factors(*answer);
    if (!factors) co_return std::nullopt;
    co_return sensor.value(raw, *factors);
}

asio::awaitable<Result<Outcome>> look_at(Bmc& bmc, const Sensor& sensor, Priority priority) {
    const Result<Answer> answer =
        co_await bmc.ask(priority, get_sensor_reading(sensor.number, sensor.lun));
    if (!answer) co_return tl::unexpected(answer.error());
    Outcome outcome;
    outcome.unknown = answer->completion_code == no_such_sensor;
    const auto reading = parse_sensor_reading(*answer);
    if (!reading || says_nothing(bmc, *reading)) co_return outcome;
    const Result<std::optional<double>> value =
        co_await decode(bmc, sensor, reading->raw, priority);
    if (!value) co_return tl::unexpected(value.error());
    outcome.value = *value;
    co_return outcome;
}

}  // namespace

asio::awaitable<Result<std::optional<double>>> read_sensor(Bmc& bmc, const Sensor& sensor,
                                                           Priority priority) {
    const Result<Outcome> outcome = co_await look_at(bmc, sensor, priority);
    if (!outcome) co_return tl::unexpected(outcome.error());
    co_return outcome->value;
}

bool Sensors::is_fresh() const {
    // Without `read_all` nobody would notice that sensors are gone.
    return table_ && bmc_.group().sensors && bmc_.session_count() == session_ &&
           Steady::now() < next_check_ && (!suspect_ || suspected_);
}

asio::awaitable<Result<void>> Sensors::update() {
    tables_.store().save_now_and_then();
    if (is_fresh()) co_return Result<void>{};
    const unsigned session = bmc_.session_count();
    bool because_suspect = suspect_ && Steady::now() < next_check_;
    const Result<RepositoryStamp> stamp = co_await read_repository_stamp(bmc_);
    if (!stamp) co_return tl::unexpected(stamp.error());
    const Result<bool> unchanged = co_await is_unchanged(*stamp);
    if (!unchanged) co_return tl::unexpected(unchanged.error());
    if (!*unchanged) {
        because_suspect = false;
        table_.reset();  // no reading is better than one by another sensor's formula
        const Result<bool> known = co_await remembered(*stamp);
        if (!known) co_return tl::unexpected(known.error());
        if (!*known) {
            const Result<void> fetched = co_await fetch(*stamp);
            if (!fetched) co_return fetched;
        }
    }
    // A sensor that stays away though nothing has changed is looked for no more until the next
    // regular check.
    suspected_ = because_suspect;
    suspect_ = false;
    session_ = session;
    next_check_ = Steady::now() + bmc_.group().repository_interval;
    co_return Result<void>{};
}

// Whether the records of `table_` are those of this stamp.
asio::awaitable<Result<bool>> Sensors::is_unchanged(RepositoryStamp stamp) {
    if (!table_ || stamp_ != stamp) co_return false;
    co_return co_await is_still(device_, stamp);
}

// Without a time in the stamp only the firmware's revision tells that records may be others.
asio::awaitable<Result<bool>> Sensors::is_still(DeviceId known, RepositoryStamp stamp) {
    if (stamp.has_time()) co_return true;
    const Result<std::optional<DeviceId>> device = co_await ask_device_id(bmc_);
    if (!device) co_return tl::unexpected(device.error());
    co_return device->value_or(DeviceId{}) == known;
}

// Whether the store has the records of this stamp; then they are used.
asio::awaitable<Result<bool>> Sensors::remembered(RepositoryStamp stamp) {
    const StoredBmc* const found = tables_.store().find(bmc_.node());
    if (!found || found->stamp != stamp) co_return false;
    const StoredBmc stored = *found;
    const Result<bool> still = co_await is_still(stored.device, stamp);
    if (!still || !*still) co_return still;
    const auto repository = tables_.store().load(stored.digest);
    if (!repository) co_return false;
    use(*repository, stamp, stored.device);
    co_return true;
}

asio::awaitable<Result<void>> Sensors::fetch(RepositoryStamp stamp) {
    // Another repository may be another BMC.
    const Result<std::optional<DeviceId>> device = co_await ask_device_id(bmc_);
    if (!device) co_return tl::unexpected(device.error());
    const DeviceId known_as = device->value_or(DeviceId{});
    if (bmc_.group().identities) bmc_.group().identities->learn(bmc_.node(), known_as);
    const Result<FetchedRepository> fetched = co_await fetch_repository(bmc_, stamp, learned_);
    if (!fetched) co_return tl::unexpected(fetched.error());
    tables_.store().keep(bmc_.node(), fetched->stamp, known_as, fetched->records);
    use(fetched->records, fetched->stamp, known_as);
    co_return Result<void>{};
}

void Sensors::use(const Repository& repository, const RepositoryStamp& stamp,
                  const DeviceId& device) {
    if (bmc_.group().identities) bmc_.group().identities->learn(bmc_.node(), device);
    device_ = device;
    table_ = tables_.table(repository, workarounds_of(bmc_), habits_of(bmc_));
    stamp_ = stamp;
}

asio::awaitable<Result<std::vector<Sensors::Value>>> Sensors::read_all() {
    const auto table = table_;  // a fetch may replace ours meanwhile
    std::vector<Value> values;
    if (!table) co_return values;
    values.reserve(table->sensors.size());
    for (const Sensor& sensor : table->sensors) {
        const Result<Outcome> outcome = co_await look_at(bmc_, sensor, Priority::sensors);
        if (!outcome) co_return tl::unexpected(outcome.error());
        suspect_ = suspect_ || outcome->unknown;
        if (outcome->value) values.push_back({&sensor, *outcome->value});
    }
    co_return values;
}

}  // namespace frugald::ipmi
