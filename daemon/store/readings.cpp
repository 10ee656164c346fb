#include "daemon/store/readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "daemon/store/rows.h"

namespace frugald {

namespace {

/// The enumerator with this name; `last` is the enumeration's last one.
template <class Enum>
Enum named(const std::string& name, Enum last) {
    for (int i = 0; i < static_cast<int>(last); ++i)
        if (name == to_string(static_cast<Enum>(i))) return static_cast<Enum>(i);
    return last;
}

/// What tells series apart, as one text.
std::string key_of(std::string_view device, std::string_view kind, std::string_view quantity,
                   std::string_view part, std::string_view part_name, std::string_view source) {
    return fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}", device, kind, quantity, part, part_name,
                       source);
}

StoredReading reading_from(const Statement& row) {
    return {.at = from_unix_ms(row.integer(0)),
            .kind = named(row.text(1), DeviceKind::meter),
            .device = row.text(2),
            .quantity = named(row.text(3), Quantity::rating_amperes),
            .part = named(row.text(4), Part::sensor),
            .part_name = row.text(5),
            .source = row.text(6),
            .value = row.number(7)};
}

}  // namespace

Result<void> ReadingsTable::load_series() {
    auto query =
        database_.prepare("SELECT id, device, kind, quantity, part, part_name, source FROM series");
    if (!query) return tl::unexpected(query.error());
    std::unordered_map<std::string, std::int64_t> all;
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) break;
        all[key_of(query->text(1), query->text(2), query->text(3), query->text(4), query->text(5),
                   query->text(6))] = query->integer(0);
    }
    series_ = std::move(all);
    return {};
}

Result<std::int64_t> ReadingsTable::series_of(const StoredReading& reading, Statement& add) {
    const std::string_view kind = to_string(reading.kind), quantity = to_string(reading.quantity),
                           part = to_string(reading.part);
    auto key = key_of(reading.device, kind, quantity, part, reading.part_name, reading.source);
    if (const auto known = series_->find(key); known != series_->end()) return known->second;
    const auto added =
        add.run(reading.device, kind, quantity, part, reading.part_name, reading.source);
    if (!added) return tl::unexpected(added.error());
    return (*series_)[std::move(key)] = database_.last_id();
}

Result<void> ReadingsTable::append(std::span<const StoredReading> readings) {
    if (!series_)
        if (auto loaded = load_series(); !loaded) return loaded;
    auto add = database_.prepare(
        "INSERT INTO series(device, kind, quantity, part, part_name, source)"
        " VALUES(?, ?, ?, ?, ?, ?)");
    if (!add) return tl::unexpected(add.error());
    auto insert = database_.prepare("INSERT OR REPLACE INTO reading VALUES(?, ?, ?)");
    if (!insert) return tl::unexpected(insert.error());
    const auto work = [&]() -> Result<void> {
        for (const auto& reading : readings) {
            if (!std::isfinite(reading.value)) continue;
            const auto series = series_of(reading, *add);
            if (!series) return tl::unexpected(series.error());
            if (auto done = insert->run(to_unix_ms(reading.at), *series, reading.value); !done)
                return done;
        }
        return {};
    };
    auto done = database_.transaction(work);
    // Some of the series may have been rolled back with the rest.
    if (!done) series_.reset();
    return done;
}

Result<std::vector<StoredReading>> ReadingsTable::of_device(const std::string& device,
                                                            WallTime since, std::size_t most) {
    auto query = database_.prepare(
        "SELECT at_ms, kind, device, quantity, part, part_name, source, value"
        " FROM reading CROSS JOIN series ON series.id = reading.series"
        " WHERE at_ms >= ? AND device = ? ORDER BY at_ms DESC, reading.series DESC LIMIT ?");
    if (!query) return tl::unexpected(query.error());
    query->bind(to_unix_ms(since), device, row_limit(most));
    auto found = all_rows(*query, reading_from);
    if (found) std::ranges::reverse(*found);
    return found;
}

Result<void> ReadingsTable::forget(WallTime before) {
    auto remove = database_.prepare("DELETE FROM reading WHERE at_ms < ?");
    if (!remove) return tl::unexpected(remove.error());
    return remove->run(to_unix_ms(before));
}

}  // namespace frugald
