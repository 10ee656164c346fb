#include "daemon/store/journal.h"

#include <fmt/format.h>

#include "daemon/store/rows.h"

namespace frugald {

namespace {

constexpr const char* columns =
    "SELECT id, asked_ms, deadline_ms, node, action, actor, reason, generation, watts, ended_ms,"
    " result, detail FROM action ";

ActionRow action_from(const Statement& row) {
    ActionRow action;
    action.id = row.integer(0);
    action.record = {.asked = from_unix_ms(row.integer(1)),
                     .deadline = from_unix_ms(row.integer(2)),
                     .node = row.text(3),
                     .action = row.text(4),
                     .actor = row.text(5),
                     .reason = row.text(6),
                     .generation = static_cast<std::uint64_t>(row.integer(7)),
                     .watts = {}};
    if (!row.is_null(8)) action.record.watts = row.number(8);
    if (!row.is_null(9))
        action.end = ActionEnd{action.id, from_unix_ms(row.integer(9)), row.text(10), row.text(11)};
    return action;
}

}  // namespace

Result<std::vector<std::int64_t>> JournalTable::begin(std::span<const ActionRecord> records) {
    auto insert = database_.prepare(
        "INSERT INTO action(asked_ms, deadline_ms, node, action, actor, reason, generation, watts)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert) return tl::unexpected(insert.error());
    std::vector<std::int64_t> ids;
    const auto work = [&]() -> Result<void> {
        for (const auto& record : records) {
            auto done = insert->run(to_unix_ms(record.asked), to_unix_ms(record.deadline),
                                    record.node, record.action, record.actor, record.reason,
                                    static_cast<std::int64_t>(record.generation), record.watts);
            if (!done) return done;
            ids.push_back(database_.last_id());
        }
        return {};
    };
    if (const auto done = database_.transaction(work); !done) return tl::unexpected(done.error());
    return ids;
}

Result<void> JournalTable::finish(std::span<const ActionEnd> ends) {
    auto update = database_.prepare(
        "UPDATE action SET ended_ms = ?, result = ?, detail = ? WHERE id = ? AND ended_ms IS NULL");
    if (!update) return tl::unexpected(update.error());
    const auto work = [&]() -> Result<void> {
        for (const auto& end : ends)
            if (auto done = update->run(to_unix_ms(end.at), end.result, end.detail, end.id); !done)
                return done;
        return {};
    };
    return database_.transaction(work);
}

Result<std::vector<ActionRow>> JournalTable::open_actions() {
    auto query =
        database_.prepare(fmt::format("{}WHERE ended_ms IS NULL ORDER BY id", columns).c_str());
    if (!query) return tl::unexpected(query.error());
    return all_rows(*query, action_from);
}

Result<std::vector<ActionRow>> JournalTable::actions(const History& wanted) {
    return newest_rows(database_, columns, "asked_ms", wanted, action_from);
}

}  // namespace frugald
