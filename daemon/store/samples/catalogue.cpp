#include "daemon/store/samples/catalogue.h"

#include <fmt/format.h>

#include <cstring>

#include "daemon/store/codec/cursor.h"

namespace frugald::samples {

namespace {

constexpr std::int64_t most_ids = 1 << 24;

/// The enumerator with this name, or the one after the last.
template <class Enum>
Enum named(std::string_view name) {
    int i = 0;
    while (to_string(static_cast<Enum>(i)) != name && i < 64) ++i;
    return static_cast<Enum>(i);
}

void stream_key(std::string& key, DeviceKind kind, std::string_view device,
                std::string_view source) {
    key.assign(1, static_cast<char>(kind));
    key.append(device).append(1, '\x1f').append(source);
}

void sensor_key(std::string& key, const SensorInfo& sensor, std::string_view part_name) {
    key.assign({static_cast<char>(sensor.quantity), static_cast<char>(sensor.part),
                static_cast<char>(sensor.scale.scale_e10)});
    char mult[sizeof sensor.scale.mult];
    std::memcpy(mult, &sensor.scale.mult, sizeof mult);
    key.append(mult, sizeof mult).append(part_name);
}

void set_key(std::string& key, const SensorSet& sensors) {
    key.clear();
    std::uint32_t before = 0;
    for (const auto id : sensors) {
        std::uint8_t bytes[codec::max_varint];
        const auto* end = codec::put_varint(bytes, id - before);
        key.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(end - bytes));
        before = id;
    }
}

SensorSet set_from(std::span<const std::uint8_t> blob) {
    SensorSet sensors;
    codec::Cursor in{blob};
    std::uint64_t id = 0;
    for (std::uint64_t step; in.take_varint(step) && step < most_ids;)
        sensors.push_back(static_cast<std::uint32_t>(id += step));
    return sensors;
}

/// Runs `each(statement, id)` for every row whose id is possible.
template <class Each>
Result<void> each_row(Database& database, const char* sql, Each each) {
    auto query = database.prepare(sql);
    if (!query) return tl::unexpected(query.error());
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        const auto id = query->integer(0);
        if (id > 0 && id < most_ids) each(*query, static_cast<std::uint32_t>(id));
    }
}

template <class T>
void place(std::vector<T>& all, std::uint32_t id, T one) {
    if (all.size() <= id) all.resize(id + 1);
    all[id] = std::move(one);
}

}  // namespace

const char* const catalogue_tables = R"(
CREATE TABLE stream(
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, device TEXT NOT NULL, source TEXT NOT NULL,
    UNIQUE(device, kind, source)) STRICT;
CREATE TABLE sensor(
    id INTEGER PRIMARY KEY, quantity TEXT NOT NULL, part TEXT NOT NULL, part_name TEXT NOT NULL,
    scale_e10 INTEGER NOT NULL, mult INTEGER NOT NULL,
    UNIQUE(quantity, part, part_name, scale_e10, mult)) STRICT;
CREATE TABLE sensor_set(id INTEGER PRIMARY KEY, sensors BLOB NOT NULL UNIQUE) STRICT;
)";

Result<void> Catalogue::load(Database& database) {
    *this = Catalogue{};
    if (auto done = load_streams(database); !done) return done;
    if (auto done = load_sensors(database); !done) return done;
    if (auto done = load_sets(database); !done) return done;
    commit();
    return {};
}

Result<void> Catalogue::load_streams(Database& database) {
    const auto take = [this](const Statement& row, std::uint32_t id) {
        StreamInfo info{id, named<DeviceKind>(row.text(1)), row.text(2), row.text(3)};
        stream_key(key_, info.kind, info.device, info.source);
        stream_ids_[key_] = id;
        place(streams_, id, std::move(info));
    };
    return each_row(database, "SELECT id, kind, device, source FROM stream", take);
}

Result<void> Catalogue::load_sensors(Database& database) {
    const auto take = [this](const Statement& row, std::uint32_t id) {
        SensorInfo info{id,
                        named<Quantity>(row.text(1)),
                        named<Part>(row.text(2)),
                        row.text(3),
                        {static_cast<int>(row.integer(4)),
                         static_cast<std::uint32_t>(std::max<std::int64_t>(row.integer(5), 1))}};
        sensor_key(key_, info, info.part_name);
        sensor_ids_[key_] = id;
        place(sensors_, id, std::move(info));
    };
    return each_row(database, "SELECT id, quantity, part, part_name, scale_e10, mult FROM sensor",
                    take);
}

Result<void> Catalogue::load_sets(Database& database) {
    const auto take = [this](const Statement& row, std::uint32_t id) {
        auto sensors = set_from(row.blob(1));
        set_key(key_, sensors);
        set_ids_[key_] = id;
        place(sets_, id, std::move(sensors));
    };
    return each_row(database, "SELECT id, sensors FROM sensor_set", take);
}

std::uint32_t Catalogue::stream_of(DeviceKind kind, std::string_view device,
                                   std::string_view source) {
    stream_key(key_, kind, device, source);
    if (const auto known = stream_ids_.find(key_); known != stream_ids_.end()) return known->second;
    if (streams_.size() > most_streams) return 0;
    const auto id = static_cast<std::uint32_t>(streams_.size());
    streams_.push_back({id, kind, std::string{device}, std::string{source}});
    return stream_ids_[key_] = id;
}

std::uint32_t Catalogue::sensor_of(Quantity quantity, Part part, std::string_view part_name) {
    SensorInfo info{0, quantity, part, {}, codec::default_scale(quantity)};
    sensor_key(key_, info, part_name);
    if (const auto known = sensor_ids_.find(key_); known != sensor_ids_.end()) return known->second;
    info.id = static_cast<std::uint32_t>(sensors_.size());
    info.part_name = part_name;
    sensors_.push_back(info);
    return sensor_ids_[key_] = info.id;
}

std::uint32_t Catalogue::set_of(const SensorSet& sensors) {
    if (sensors.empty()) return 0;
    set_key(key_, sensors);
    if (const auto known = set_ids_.find(key_); known != set_ids_.end()) return known->second;
    const auto id = static_cast<std::uint32_t>(sets_.size());
    sets_.push_back(sensors);
    return set_ids_[key_] = id;
}

Result<void> Catalogue::write_added(Database& database) {
    const bool none = new_streams_ == streams_.size() && new_sensors_ == sensors_.size() &&
                      new_sets_ == sets_.size();
    if (none) return {};
    auto stream = database.prepare("INSERT INTO stream VALUES(?, ?, ?, ?)");
    auto sensor = database.prepare("INSERT INTO sensor VALUES(?, ?, ?, ?, ?, ?)");
    auto set = database.prepare("INSERT INTO sensor_set VALUES(?, ?)");
    for (const auto* statement : {&stream, &sensor, &set})
        if (!*statement) return tl::unexpected(statement->error());
    for (std::size_t i = new_streams_; i < streams_.size(); ++i) {
        const auto& one = streams_[i];
        const std::string_view kind = to_string(one.kind), device = one.device;
        auto done = stream->run(std::int64_t{one.id}, kind, device, std::string_view{one.source});
        if (!done) return done;
    }
    for (std::size_t i = new_sensors_; i < sensors_.size(); ++i) {
        const auto& one = sensors_[i];
        const std::string_view quantity = to_string(one.quantity), part = to_string(one.part);
        auto done =
            sensor->run(std::int64_t{one.id}, quantity, part, std::string_view{one.part_name},
                        std::int64_t{one.scale.scale_e10}, std::int64_t{one.scale.mult});
        if (!done) return done;
    }
    for (std::size_t i = new_sets_; i < sets_.size(); ++i) {
        set_key(key_, sets_[i]);
        const std::span bytes{reinterpret_cast<const std::uint8_t*>(key_.data()), key_.size()};
        if (auto done = set->run(static_cast<std::int64_t>(i), bytes); !done) return done;
    }
    return {};
}

void Catalogue::commit() {
    new_streams_ = streams_.size();
    new_sensors_ = sensors_.size();
    new_sets_ = sets_.size();
}

void Catalogue::roll_back() {
    const auto is_new = [](std::size_t from) {
        return [from](const auto& entry) { return entry.second >= from; };
    };
    std::erase_if(stream_ids_, is_new(new_streams_));
    std::erase_if(sensor_ids_, is_new(new_sensors_));
    std::erase_if(set_ids_, is_new(new_sets_));
    streams_.resize(new_streams_);
    sensors_.resize(new_sensors_);
    sets_.resize(new_sets_);
}

}  // namespace frugald::samples
