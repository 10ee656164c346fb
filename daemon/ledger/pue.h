#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/ledger/books.h"
#include "daemon/ledger/overlap.h"
#include "daemon/ledger/pue_lane.h"

namespace frugald {

/// Power usage effectiveness: energy that came in over energy that IT took, of the same time
/// (docs/pue.md). Belongs to the loop thread; reads pictures, touches nothing.
class Pue {
public:
    static constexpr const char* space = "pue";
    /// What a kill -9 may cost.
    static constexpr std::chrono::minutes save_interval{1};

    explicit Pue(const std::optional<PueSettings>& settings) { configure(settings); }

    /// Sources that stay keep what is known of them.
    void configure(const std::optional<PueSettings>& settings);
    /// What `unsaved` gave, in the last run; before the first `take`.
    void load(const std::vector<std::pair<std::string, std::string>>& kept);
    void take(const Snapshot& now);
    /// Null: no [pue] is configured, or nothing was taken yet.
    const std::shared_ptr<const PuePicture>& picture() const { return picture_; }

    /// What the store does not have yet, at most every `save_interval`, or `at_once`. To be
    /// written as one: the tallies and the counters that they reach to.
    std::vector<LedgerEntry> unsaved(SteadyTime now, bool at_once = false);

private:
    struct LiveSlice {
        WallTime from{};
        WallTime to{};
        PueTally tally;
    };

    void watch_clock(const Instant& now);
    void hear(const Snapshot& now);
    void count(WallTime now);
    PueTally tally_of(const Overlap::Slice& slice) const;
    PueFigure live(WallTime now) const;
    std::string category() const;
    std::string missing() const;
    void restore_counters();
    std::optional<CounterTrack::Mark> mark_of(std::size_t lane) const;

    std::optional<PueSettings> settings_;
    std::vector<PueLane> lanes_;
    Books books_;
    Overlap booked_{0};
    Overlap live_overlap_{0};
    std::deque<LiveSlice> live_;
    std::map<std::string, CounterTrack::Mark> marks_;  // of the last run, until they are used
    std::optional<Instant> last_;
    std::optional<SteadyTime> saved_;
    std::shared_ptr<const PuePicture> picture_;
};

}  // namespace frugald
