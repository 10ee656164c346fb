// What can be read of a damaged frugald.db, into a new one.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/utf8.h"
#include "daemon/store/chain.h"
#include "daemon/store/main_file.h"
#include "daemon/store/map.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite/replace.h"
#include "daemon/store/sqlite/salvage.h"
#include "daemon/store/store.h"

namespace frugald {

namespace {

namespace fs = std::filesystem;

// Numbers that rows may have had which cannot be read.
constexpr std::int64_t lost_numbers = 1'000'000;

bool is_whole(const SalvagedTables& tables, std::string_view name) {
    return std::ranges::any_of(
        tables, [name](const auto& one) { return one.first == name && one.second.damage.empty(); });
}

class Recovery {
public:
    explicit Recovery(Database& made) : made_(made) {}

    /// What can be read of `damaged`; without it: nothing.
    Result<void> fill(Result<Database>& damaged);
    /// In the map of the new file.
    Result<void> note(const std::string& text);
    std::string told() const { return tables_.empty() ? "nothing" : describe(tables_); }
    bool certain() const { return certain_; }

private:
    Result<std::int64_t> number(const char* sql);
    Result<void> number_actions();
    Result<void> number_audit();

    Database& made_;
    SalvagedTables tables_;
    bool certain_ = false;
};

Result<void> Recovery::fill(Result<Database>& damaged) {
    const auto accept = [](std::string_view, const Row& row) {
        for (int column = 0; column < row.count(); ++column)
            // Text that nothing can show would end an answer of the API.
            if (row.is_text(column) && valid_utf8(row.text(column)) != row.text(column))
                return false;
        return true;
    };
    if (damaged) {
        auto tables = salvage_tables(*damaged, made_, accept);
        if (!tables) return tl::unexpected(tables.error());
        tables_ = std::move(*tables);
    }
    MapTable map{made_};
    const auto state = map.state();
    if (!state) return tl::unexpected(state.error());
    certain_ = is_whole(tables_, "entry") && *state == MapTable::State::whole;
    if (auto done = number_actions(); !done) return done;
    if (auto done = number_audit(); !done) return done;
    return map.adopt();
}

Result<std::int64_t> Recovery::number(const char* sql) {
    auto query = made_.prepare(sql);
    if (!query) return tl::unexpected(query.error());
    const auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    return query->integer(0);
}

/// A row of its own marks the place, and keeps the numbers before it from being used again.
Result<void> Recovery::number_actions() {
    if (is_whole(tables_, "action")) return {};
    const auto newest = number(
        "SELECT max(coalesce((SELECT max(id) FROM action), 0),"
        " coalesce((SELECT max(action) FROM event), 0))");
    if (!newest) return tl::unexpected(newest.error());
    const auto now = to_unix_ms(Instant::now().wall);
    auto mark = made_.prepare(
        "INSERT INTO action VALUES(?, ?, ?, '', 'recovered', 'frugald', "
        "'actions before this one were lost with damage to frugald.db', 0, NULL, ?, 'ok', '')");
    if (!mark) return tl::unexpected(mark.error());
    return mark->run(std::min(*newest, INT64_MAX / 2) + lost_numbers, now, now, now);
}

/// The chain must not close over lost rows at its end.
Result<void> Recovery::number_audit() {
    if (is_whole(tables_, "audit")) return {};
    const auto newest = number("SELECT coalesce(max(id), 0) FROM audit");
    const auto kept = number(
        "SELECT coalesce((SELECT CAST(value AS INTEGER) FROM entry WHERE space = 'audit' AND key ="
        " 'head'), -1)");
    if (!newest || !kept) return tl::unexpected((newest ? kept : newest).error());
    if (*kept > 0 && *kept >= *newest) return {};
    auto head = made_.prepare("INSERT OR REPLACE INTO entry VALUES('audit', 'head', ?)");
    if (!head) return tl::unexpected(head.error());
    return head->run(
        fmt::format("{} {}", std::min(*newest, INT64_MAX / 2) + lost_numbers, chain_start));
}

Result<void> Recovery::note(const std::string& text) {
    return MapTable{made_}.put(Store::damage_space, certain_ ? "certain" : "uncertain", text);
}

/// Makes FILE.new, complete and closed.
Result<std::string> make_replacement(const fs::path& file, const std::string& why) {
    auto made = Database::open(replacement_of(file), Durability::every_commit, main_page_bytes);
    if (!made) return tl::unexpected(made.error());
    auto damaged = Database::open_to_read(file);
    Recovery recovery{*made};
    std::string text;
    const auto work = [&]() -> Result<void> {
        if (auto done = create_main_schema(*made); !done) return done;
        if (auto done = recovery.fill(damaged); !done) return done;
        text = fmt::format("{}. It was set aside as {}.damaged-*; taken over: {}{}", why,
                           file.filename().string(), recovery.told(),
                           recovery.certain() ? "; holds, modes and limits are all there"
                                              : "; holds, modes or limits may be missing");
        return recovery.note(text);
    };
    if (auto done = made->transaction(work); !done) return tl::unexpected(done.error());
    const auto moved = made->checkpoint();
    if (!moved) return tl::unexpected(moved.error());
    return text;
}

}  // namespace

Result<std::string> recover_main_file(const fs::path& file, const std::string& why) {
    if (auto done = begin_replacement(file); !done) return tl::unexpected(done.error());
    auto text = make_replacement(file, why);
    if (!text)
        return fail(Fault::unavailable,
                    fmt::format("{}, and what can be read of it could not be taken over: {}", why,
                                text.error().text));
    const auto aside = replace_file(file);
    if (!aside) return tl::unexpected(aside.error());
    return text;
}

}  // namespace frugald
