#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ledger/tally.h"

namespace frugald {

/// An entry of the store's map to write, or to erase.
struct LedgerEntry {
    std::string key;
    std::optional<std::string> value;  // absent: erase
};

/// The tallies by day and month. The days of two years are kept, months for good; a year is the sum
/// of its months.
class Books {
public:
    static constexpr std::size_t most_days = 731;

    /// False: no entry of a book.
    bool load(const std::string& key, const std::string& value);
    /// Counts `tally`, which covers [from, to), into the days it lies in.
    void count(WallTime from, WallTime to, const PueTally& tally);
    void count_reset(WallTime at);

    PueFigure day(WallTime now) const;
    PueFigure month(WallTime now) const;
    PueFigure year(WallTime now) const;
    /// All that are over; stays the same object until there is another.
    std::shared_ptr<const std::vector<PueFigure>> past(WallTime now) const;

    /// What has changed since the last call. Forgets the oldest days beyond `most_days`: by number,
    /// so that a clock that was wrong for a moment costs nothing.
    std::vector<LedgerEntry> take_changes();
    /// The end of what was counted last, also before a restart.
    const std::optional<WallTime>& covered_until() const { return covered_until_; }

private:
    using Tallies = std::map<std::string, PueTally, std::less<>>;  // by name: in the order of time

    void turn_to(WallTime at);
    void note_gap(WallTime from);
    void note_gap(const Period& day, const Period& month, WallTime from, WallTime to);
    PueTally year_tally(const std::string& year) const;

    Tallies days_;
    Tallies months_;
    std::set<std::string> changed_;  // names of days and months
    Period day_, month_;             // of what was counted last
    std::optional<WallTime> covered_until_;
    mutable std::pair<std::string, std::shared_ptr<const std::vector<PueFigure>>> past_;  // by day
};

}  // namespace frugald
