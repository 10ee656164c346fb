#include "daemon/store/check_main_file.h"

#include <fmt/format.h>

#include "daemon/store/audit.h"
#include "daemon/store/map.h"
#include "daemon/store/schema.h"

namespace frugald {

namespace {

void check_structure(Database& database, FileCheck& found) {
    const auto wrong = database.structure_damage(true);
    if (!wrong)
        found.found(wrong.error().text);
    else if (!wrong->empty())
        found.found(*wrong);
    const auto version = main_schema_of(database);
    if (version)
        found.schema = *version;
    else
        found.found(version.error().text);
}

void count_rows(Database& database, const std::string& table, FileCheck& found) {
    auto query = database.prepare(fmt::format("SELECT * FROM {}", table).c_str());
    Result<bool> row = query ? query->step() : Result<bool>{tl::unexpected(query.error())};
    for (; row && *row; row = query->step()) ++found.rows;
    if (!row) found.found(fmt::format("{}: {}", table, row.error().text));
}

std::vector<std::string> tables_of(Database& database) {
    std::vector<std::string> tables;
    auto query = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'");
    while (query) {
        const auto row = query->step();
        if (!row || !*row) break;
        tables.push_back(query->text(0));
    }
    return tables;
}

void check_chain(Database& database, FileCheck& found) {
    AuditTable audit{database};
    const auto proof = audit.verify({}, SIZE_MAX);
    if (!proof)
        found.found("audit: " + proof.error().text);
    else if (proof->broken_id != 0)
        found.found(fmt::format("audit: the chain is broken at entry {}: {}", proof->broken_id,
                                proof->broken_why));
}

}  // namespace

FileCheck check_main_file(const std::filesystem::path& file, FileUse use, bool audit) {
    FileCheck found{.file = file};
    auto database = open_to_check(file, use);
    if (!database) {
        found.found(database.error().text);
        return found;
    }
    // One moment for all, while the daemon writes.
    if (auto begun = database->execute("BEGIN"); !begun) found.found(begun.error().text);
    check_structure(*database, found);
    for (const auto& table : tables_of(*database)) count_rows(*database, table, found);
    const auto state = MapTable{*database}.state();
    if (!state)
        found.found(state.error().text);
    else if (*state == MapTable::State::damaged)
        found.found("entry: holds, modes or limits are not what was written");
    if (audit) check_chain(*database, found);
    return found;
}

}  // namespace frugald
