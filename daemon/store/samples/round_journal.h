#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/store/codec/round.h"
#include "daemon/store/sqlite/database.h"

namespace frugald::samples {

/// The rounds that are not in the other files yet, in the table `round` of journal.db. Numbers
/// ascend and are not used again while the file lives.
class RoundJournal {
public:
    static constexpr unsigned rounds_per_key = 60;

    /// `database` has its tables and outlives this.
    static Result<RoundJournal> open(Database& database);

    /// Calls `take(number, round)` for every round that can be read, in order. What cannot is moved
    /// to the table `damaged_round`, and `damage` gets a text for each.
    Result<void> replay(const std::function<void(std::int64_t, const codec::Round&)>& take,
                        std::vector<std::string>& damage);

    /// The round to fill; it is empty.
    codec::Round& begin(std::int64_t at_ms);
    /// Writes it, inside the caller's transaction, and returns its number. The caller then says
    /// commit(), or roll_back() for all that was written since.
    Result<std::int64_t> write();
    void commit() { committed_ = newest_; }
    void roll_back();

    std::int64_t newest() const { return newest_; }
    /// Numbers up to this one have been used.
    void begin_after(std::int64_t number);
    /// Deletes rounds that are before `needed`, as far as the others can be read without them.
    /// Returns the number of the first one that is left.
    Result<std::int64_t> trim(std::int64_t needed);

private:
    explicit RoundJournal(Database& database, Statement insert)
        : database_(&database), insert_(std::move(insert)) {}
    using Damaged = std::vector<std::pair<std::int64_t, std::string>>;  // number, why
    Result<void> set_aside(const Damaged& damaged);

    Database* database_;
    Statement insert_;
    codec::Round rounds_[2];
    unsigned filling_ = 0;    // which of them is being filled; the other is the one before
    unsigned since_key_ = 0;  // rounds; 0: the next one is a key round
    std::int64_t newest_ = 0, committed_ = 0;
    std::vector<std::uint8_t> blob_;
};

/// Its tables.
extern const char* const journal_tables;

}  // namespace frugald::samples
