#include "daemon/store/sqlite/salvage.h"

#include <fmt/format.h>

#include <queue>

namespace frugald {

namespace {

using Key = std::int64_t;

// Ranges that are looked into, of one table: a table whose upper pages are damaged could be asked
// for without end.
constexpr int most_ranges = 4000;

struct Range {
    Key first = 0, last = 0;
    std::uint64_t width() const {
        return static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    }
    bool operator<(const Range& other) const { return width() < other.width(); }
};

/// Reads ranges of one table.
class RangeReader {
public:
    RangeReader(Statement up, Statement down, const TakeRow& take, Salvaged& found)
        : up_(std::move(up)), down_(std::move(down)), take_(take), found_(found) {}

    /// What of the range could not be read from either of its ends; absent: nothing.
    Result<std::optional<Range>> read(Range range) {
        auto left = walk(range, true);
        if (left && *left) left = walk(**left, false);
        return left;
    }

private:
    /// The rest of the range after the first damage.
    Result<std::optional<Range>> walk(Range left, bool upwards) {
        auto& query = upwards ? up_ : down_;
        query.bind(left.first, left.last);
        for (;;) {
            const auto row = query.step();
            if (row && !*row) return std::nullopt;
            const Key key = row ? query.integer(0) : 0;
            if (!row) found_.failed(row.error());
            // What a damaged page says may be in any order.
            if (!row || key < left.first || key > left.last) return end(query, left);
            const auto taken = take_(query);
            if (!taken) {
                query.reset();
                return tl::unexpected(taken.error());
            }
            if (*taken)
                ++found_.rows;
            else
                found_.failed({Fault::unparsable, "a row is not what it should be"});
            if (left.first == left.last || key == (upwards ? left.last : left.first)) {
                query.reset();
                return std::nullopt;
            }
            (upwards ? left.first : left.last) = upwards ? key + 1 : key - 1;
        }
    }
    std::optional<Range> end(Statement& query, Range left) {
        query.reset();
        found_.failed({Fault::unparsable, "its rows are out of order"});
        return left;
    }

    Statement up_, down_;
    const TakeRow& take_;
    Salvaged& found_;
};

/// The rows of one query as far as it goes. False: not to its end.
Result<bool> take_all(Statement& query, const TakeRow& take, Salvaged& found) {
    for (;;) {
        const auto row = query.step();
        if (!row) found.failed(row.error());
        if (!row || !*row) return row.has_value();
        const auto taken = take(query);
        if (!taken) query.reset();
        if (!taken) return tl::unexpected(taken.error());
        if (*taken)
            ++found.rows;
        else
            found.failed({Fault::unparsable, "a row is not what it should be"});
    }
}

}  // namespace

Result<Salvaged> salvage_rows(Database& from, const std::string& table, const std::string& key,
                              const std::string& columns, const TakeRow& take) {
    Salvaged found;
    const auto query = [&](const char* order) {
        return from.prepare(fmt::format("SELECT {0}, {1} FROM {2} NOT INDEXED WHERE {0} BETWEEN ? "
                                        "AND ? ORDER BY {0} {3}",
                                        key, columns, table, order)
                                .c_str());
    };
    auto up = query("ASC"), down = query("DESC");
    if (!up || !down) {
        found.failed((up ? down : up).error());
        return found;
    }
    RangeReader reader{std::move(*up), std::move(*down), take, found};
    using Limits = std::numeric_limits<Key>;
    std::priority_queue<Range> ranges;
    ranges.push({Limits::min(), Limits::max()});
    for (int count = 0; !ranges.empty() && count < most_ranges; ++count) {
        const auto range = ranges.top();
        ranges.pop();
        const auto left = reader.read(range);
        if (!left) return tl::unexpected(left.error());
        if (!*left || (*left)->first >= (*left)->last) continue;
        const Key middle = (*left)->first + static_cast<Key>((*left)->width() / 2);
        ranges.push({(*left)->first, middle});
        ranges.push({middle + 1, (*left)->last});
    }
    return found;
}

Result<Salvaged> salvage_keyed_rows(Database& from, const std::string& table,
                                    const std::string& keys, const std::string& columns,
                                    const TakeRow& take) {
    Salvaged found;
    std::string downwards = keys;
    for (std::size_t at = 0; (at = downwards.find(',', at)) != downwards.npos; at += 6)
        downwards.insert(at, " DESC");
    for (const auto& order : {keys, downwards + " DESC"}) {
        auto query = from.prepare(
            fmt::format("SELECT {} FROM {} ORDER BY {}", columns, table, order).c_str());
        if (!query) {
            found.failed(query.error());
            return found;
        }
        const auto whole = take_all(*query, take, found);
        if (!whole) return tl::unexpected(whole.error());
        if (*whole) break;
    }
    return found;
}

}  // namespace frugald
