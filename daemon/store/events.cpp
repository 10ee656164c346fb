#include "daemon/store/events.h"

#include "daemon/store/rows.h"

namespace frugald {

namespace {

StoredEvent event_from(const Statement& row) {
    return {.at = from_unix_ms(row.integer(0)),
            .node = row.text(1),
            .kind = row.text(2),
            .text = row.text(3),
            .action = row.integer(4)};
}

}  // namespace

Result<void> EventsTable::record(std::span<const StoredEvent> events) {
    auto insert = database_.prepare(
        "INSERT INTO event(at_ms, node, kind, text, action) VALUES(?, ?, ?, ?, ?)");
    if (!insert) return tl::unexpected(insert.error());
    const auto work = [&]() -> Result<void> {
        for (const auto& event : events)
            if (auto done = insert->run(to_unix_ms(event.at), event.node, event.kind, event.text,
                                        event.action);
                !done)
                return done;
        return {};
    };
    return database_.transaction(work);
}

Result<std::vector<StoredEvent>> EventsTable::events(const History& wanted) {
    return newest_rows(database_, "SELECT at_ms, node, kind, text, action FROM event ", "at_ms",
                       wanted, event_from);
}

}  // namespace frugald
