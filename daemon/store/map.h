#pragma once

#include "daemon/store/sqlite/database.h"
#include "daemon/store/store.h"

namespace frugald {

/// The small durable map.
class MapTable {
public:
    explicit MapTable(Database& database) : database_(database) {}

    Result<void> put(const std::string& space, const std::string& key, const std::string& value);
    Result<void> erase(const std::string& space, const std::string& key);
    Result<std::vector<std::pair<std::string, std::string>>> all(const std::string& space);

private:
    Database& database_;
};

}  // namespace frugald
