#pragma once

#include "daemon/store/sqlite/database.h"
#include "daemon/store/store.h"

namespace frugald {

/// The table of actions: a row is written with the intent and completed with the result.
class JournalTable {
public:
    explicit JournalTable(Database& database) : database_(database) {}

    Result<std::vector<std::int64_t>> begin(std::span<const ActionRecord> records);
    Result<void> finish(std::span<const ActionEnd> ends);
    Result<std::vector<ActionRow>> open_actions();
    Result<std::vector<ActionRow>> actions(const History& wanted);

private:
    Database& database_;
};

}  // namespace frugald
