#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/telemetry/accusation.h"
#include "daemon/telemetry/device_energy.h"
#include "daemon/telemetry/lost_feed.h"

namespace frugald {

/// Something about the tree that people should know: a suspicion began or ended, a counter began
/// anew.
struct TreeNews {
    std::string source;
    bool bad = false;
    std::string text;
};

/// Keeps the measured power tree: every `interval` a new picture, its measurements compared with
/// each other, and who does not fit (docs/power-tree.md). One caller at a time, on any thread.
class TreeWatch {
public:
    static constexpr std::chrono::seconds interval{5};

    /// After a start or reload.
    void configured(PowerTree feeds);
    /// The newest picture of the tree; null: there is no tree.
    std::shared_ptr<const TreePicture> look(const Snapshot& now);
    std::vector<TreeNews> take_news() { return std::exchange(news_, {}); }

private:
    struct Suspicion {
        TreeSuspicion what;
        std::vector<std::string> balances;  // that it explains
    };
    void judge(const Snapshot& now);
    void note(const Accusation& found, WallTime at);
    void clear_settled();
    void note_lost(const Snapshot& now);
    void count_larger(TreePicture& picture) const;
    bool implausibly_large(const Balance& one) const;
    void announce(const TreeSuspicion& what, bool begins);

    PowerTree feeds_;
    Ledger ledger_;
    DeviceEnergy energy_;
    LostFeeds lost_;
    std::map<std::string, Suspicion> suspicions_;  // by source
    std::vector<TreeNews> news_;
    std::shared_ptr<const TreePicture> picture_;
    std::optional<SteadyTime> looked_;
};

}  // namespace frugald
