#pragma once

#include "daemon/store/sqlite/database.h"
#include "daemon/store/store.h"

namespace frugald {

/// The table of events: what happened, in words.
class EventsTable {
public:
    explicit EventsTable(Database& database) : database_(database) {}

    Result<void> record(std::span<const StoredEvent> events);
    Result<std::vector<StoredEvent>> events(const History& wanted);

private:
    Database& database_;
};

}  // namespace frugald
