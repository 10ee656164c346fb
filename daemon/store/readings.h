#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "daemon/store/sqlite/database.h"
#include "daemon/store/store.h"

namespace frugald {

/// The table of readings. What they have in common is written once, as a series.
class ReadingsTable {
public:
    explicit ReadingsTable(Database& database) : database_(database) {}

    Result<void> append(std::span<const StoredReading> readings);
    Result<std::vector<StoredReading>> of_device(const std::string& device, WallTime since,
                                                 std::size_t most);
    Result<void> forget(WallTime before);

private:
    Result<void> load_series();
    Result<std::int64_t> series_of(const StoredReading& reading, Statement& add);

    Database& database_;
    /// Key to id of all committed series; absent before the first use and after a roll-back.
    std::optional<std::unordered_map<std::string, std::int64_t>> series_;
};

}  // namespace frugald
