#pragma once

#include <unordered_map>

#include "daemon/store/database.h"
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
    Result<std::int64_t> series_of(const StoredReading& reading);

    Database& database_;
    std::unordered_map<std::string, std::int64_t> series_;  // of committed rows only
};

}  // namespace frugald
