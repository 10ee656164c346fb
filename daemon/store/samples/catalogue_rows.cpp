// The rows of the catalogue in a file.

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "daemon/store/codec/crc32c.h"
#include "daemon/store/codec/cursor.h"
#include "daemon/store/codec/little_endian.h"
#include "daemon/store/samples/catalogue.h"
#include "daemon/store/samples/catalogue_keys.h"

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

SensorSet set_from(std::span<const std::uint8_t> blob) {
    SensorSet sensors;
    codec::Cursor in{blob};
    std::uint64_t id = 0;
    for (std::uint64_t step; in.take_varint(step) && step < most_ids;)
        sensors.push_back(static_cast<std::uint32_t>(id += step));
    return sensors;
}

void add_text(std::vector<std::uint8_t>& bytes, std::string_view text) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.push_back(0x1f);
}

void add_number(std::vector<std::uint8_t>& bytes, std::int64_t number) {
    bytes.resize(bytes.size() + 8);
    codec::store_le64(bytes.data() + bytes.size() - 8, static_cast<std::uint64_t>(number));
}

/// Of a row, as it is stored.
std::int64_t sum_of(std::initializer_list<std::int64_t> numbers,
                    std::initializer_list<std::string_view> texts) {
    std::vector<std::uint8_t> bytes;
    for (const auto number : numbers) add_number(bytes, number);
    for (const auto text : texts) add_text(bytes, text);
    return codec::crc32c(bytes);
}

std::int64_t sum_of(std::uint32_t id, std::span<const std::uint8_t> sensors) {
    std::vector<std::uint8_t> bytes;
    add_number(bytes, id);
    bytes.insert(bytes.end(), sensors.begin(), sensors.end());
    return codec::crc32c(bytes);
}

/// Runs `each(statement, id)` for every row; false: the row is not what was written.
template <class Each>
Result<void> each_row(Database& database, const std::string& sql, bool skip_damaged, Each each) {
    auto query = database.prepare(sql.c_str());
    if (!query) return tl::unexpected(query.error());
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        const auto id = query->integer(0);
        const bool possible = id > 0 && id < most_ids;
        if ((possible && each(*query, static_cast<std::uint32_t>(id))) || skip_damaged) continue;
        return fail(Fault::unparsable,
                    fmt::format("{}: what the id {} means is damaged", database.file(), id));
    }
}

template <class T>
void place(std::vector<T>& all, std::uint32_t id, T one) {
    if (all.size() <= id) all.resize(id + 1);
    all[id] = std::move(one);
}

}  // namespace

bool stream_row_is_sound(const Row& row) {
    return row.integer(4) == sum_of({row.integer(0)}, {row.text(1), row.text(2), row.text(3)});
}

bool sensor_row_is_sound(const Row& row) {
    return row.integer(6) == sum_of({row.integer(0), row.integer(4), row.integer(5)},
                                    {row.text(1), row.text(2), row.text(3)});
}

bool set_row_is_sound(const Row& row) {
    return row.integer(2) == sum_of(static_cast<std::uint32_t>(row.integer(0)), row.blob(1));
}

const char* const catalogue_tables = R"(
CREATE TABLE stream(
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, device TEXT NOT NULL, source TEXT NOT NULL,
    sum INTEGER NOT NULL, UNIQUE(device, kind, source)) STRICT;
CREATE TABLE sensor(
    id INTEGER PRIMARY KEY, quantity TEXT NOT NULL, part TEXT NOT NULL, part_name TEXT NOT NULL,
    scale_e10 INTEGER NOT NULL, mult INTEGER NOT NULL, sum INTEGER NOT NULL,
    UNIQUE(quantity, part, part_name, scale_e10, mult)) STRICT;
CREATE TABLE sensor_set(
    id INTEGER PRIMARY KEY, sensors BLOB NOT NULL UNIQUE, sum INTEGER NOT NULL) STRICT;
)";
const char* const catalogue_copy_tables = R"(
CREATE TABLE stream(
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, device TEXT NOT NULL, source TEXT NOT NULL,
    sum INTEGER NOT NULL) STRICT;
CREATE TABLE sensor(
    id INTEGER PRIMARY KEY, quantity TEXT NOT NULL, part TEXT NOT NULL, part_name TEXT NOT NULL,
    scale_e10 INTEGER NOT NULL, mult INTEGER NOT NULL, sum INTEGER NOT NULL) STRICT;
CREATE TABLE sensor_set(
    id INTEGER PRIMARY KEY, sensors BLOB NOT NULL, sum INTEGER NOT NULL) STRICT;
)";

Result<void> Catalogue::read(Database& database, Sums sums) {
    if (auto done = read_streams(database, sums); !done) return done;
    if (auto done = read_sensors(database, sums); !done) return done;
    return read_sets(database, sums);
}

Result<void> Catalogue::read_streams(Database& database, Sums sums) {
    const auto take = [&](const Statement& row, std::uint32_t id) {
        if (sums != Sums::none && !stream_row_is_sound(row.row())) return false;
        StreamInfo info{id, named<DeviceKind>(row.text(1)), row.text(2), row.text(3)};
        if (id < streams_.size() && streams_[id].id != 0) return true;
        stream_key(key_, info.kind, info.device, info.source);
        if (!stream_ids_.emplace(key_, id).second) return true;
        place(streams_, id, std::move(info));
        return true;
    };
    const auto* sum = sums == Sums::none ? "0" : "sum";
    return each_row(database, fmt::format("SELECT id, kind, device, source, {} FROM stream", sum),
                    sums == Sums::sound_only, take);
}

Result<void> Catalogue::read_sensors(Database& database, Sums sums) {
    const auto take = [&](const Statement& row, std::uint32_t id) {
        if (sums != Sums::none && !sensor_row_is_sound(row.row())) return false;
        SensorInfo info{id,
                        named<Quantity>(row.text(1)),
                        named<Part>(row.text(2)),
                        row.text(3),
                        {static_cast<int>(row.integer(4)),
                         static_cast<std::uint32_t>(std::max<std::int64_t>(row.integer(5), 1))}};
        if (id < sensors_.size() && sensors_[id].id != 0) return true;
        sensor_key(key_, info, info.part_name);
        sensor_ids_.emplace(key_, id);
        place(sensors_, id, std::move(info));
        return true;
    };
    const auto* sum = sums == Sums::none ? "0" : "sum";
    return each_row(
        database,
        fmt::format("SELECT id, quantity, part, part_name, scale_e10, mult, {} FROM sensor", sum),
        sums == Sums::sound_only, take);
}

Result<void> Catalogue::read_sets(Database& database, Sums sums) {
    const auto take = [&](const Statement& row, std::uint32_t id) {
        if (sums != Sums::none && !set_row_is_sound(row.row())) return false;
        if (id < sets_.size() && !sets_[id].empty()) return true;
        auto sensors = set_from(row.blob(1));
        set_key(key_, sensors);
        set_ids_.emplace(key_, id);
        place(sets_, id, std::move(sensors));
        return true;
    };
    const auto* sum = sums == Sums::none ? "0" : "sum";
    return each_row(database, fmt::format("SELECT id, sensors, {} FROM sensor_set", sum),
                    sums == Sums::sound_only, take);
}

Result<CatalogueWriter> CatalogueWriter::open(Database& database) {
    auto stream = database.prepare("INSERT OR IGNORE INTO stream VALUES(?, ?, ?, ?, ?)");
    auto sensor = database.prepare("INSERT OR IGNORE INTO sensor VALUES(?, ?, ?, ?, ?, ?, ?)");
    auto set = database.prepare("INSERT OR IGNORE INTO sensor_set VALUES(?, ?, ?)");
    for (const auto* statement : {&stream, &sensor, &set})
        if (!*statement) return tl::unexpected(statement->error());
    return CatalogueWriter{std::move(*stream), std::move(*sensor), std::move(*set)};
}

/// Ids of 0 mark places that nothing is known of.
Result<void> CatalogueWriter::write(const StreamInfo& one) {
    if (one.id == 0) return {};
    const std::string_view kind = to_string(one.kind), device = one.device, source = one.source;
    return stream_.run(std::int64_t{one.id}, kind, device, source,
                       sum_of({one.id}, {kind, device, source}));
}

Result<void> CatalogueWriter::write(const SensorInfo& one) {
    if (one.id == 0) return {};
    const std::string_view quantity = to_string(one.quantity), part = to_string(one.part),
                           name = one.part_name;
    const std::int64_t id = one.id, scale = one.scale.scale_e10, mult = one.scale.mult;
    return sensor_.run(id, quantity, part, name, scale, mult,
                       sum_of({id, scale, mult}, {quantity, part, name}));
}

Result<void> CatalogueWriter::write(std::uint32_t id, const SensorSet& set) {
    if (set.empty()) return {};
    std::string key;
    set_key(key, set);
    const std::span bytes{reinterpret_cast<const std::uint8_t*>(key.data()), key.size()};
    return set_.run(std::int64_t{id}, bytes, sum_of(id, bytes));
}

}  // namespace frugald::samples
