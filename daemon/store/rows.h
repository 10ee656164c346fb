#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "daemon/store/sqlite/database.h"
#include "daemon/store/store.h"

namespace frugald {

/// SQL's LIMIT for "the newest so many".
inline std::int64_t row_limit(std::size_t most) {
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(most, static_cast<std::size_t>(largest)));
}

/// Every row of a bound query, made into a value by `make`.
template <class Make>
auto all_rows(Statement& query, Make make) -> Result<std::vector<decltype(make(query))>> {
    std::vector<decltype(make(query))> rows;
    for (;;) {
        const auto row = query.step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return rows;
        rows.push_back(make(query));
    }
}

/// What `wanted` asks of a table with a column `node` and the time column `time`. `select` ends
/// after the name of the table.
template <class Make>
auto newest_rows(Database& database, std::string_view select, std::string_view time,
                 const History& wanted, Make make) {
    const auto sql = fmt::format("{0}WHERE {2}{1} >= ? ORDER BY {1} DESC, id DESC LIMIT ?", select,
                                 time, wanted.node.empty() ? "" : "node = ? AND ");
    using Rows = Result<std::vector<decltype(make(std::declval<Statement&>()))>>;
    auto query = database.prepare(sql.c_str());
    if (!query) return Rows{tl::unexpected(query.error())};
    if (wanted.node.empty())
        query->bind(to_unix_ms(wanted.since), row_limit(wanted.most));
    else
        query->bind(wanted.node, to_unix_ms(wanted.since), row_limit(wanted.most));
    Rows rows = all_rows(*query, make);
    if (rows) std::ranges::reverse(*rows);
    return rows;
}

}  // namespace frugald
