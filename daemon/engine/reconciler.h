#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "daemon/engine/actuation.h"
#include "daemon/engine/contradiction.h"
#include "daemon/engine/proposals.h"

namespace frugald {

/// Compares Slurm, the BMCs and frugald's own doing all the time. Reports what lasts; repairs only
/// what the site has named, few at a time. A node that somebody else has switched is left alone.
class Reconciler {
public:
    Reconciler(Tools tools, Actuation& actuation, Proposals& proposals)
        : tools_(tools), actuation_(actuation), proposals_(proposals) {}

    /// Judges the picture; reports, and repairs where that is wanted.
    asio::awaitable<void> consider(std::shared_ptr<const Snapshot> picture);
    /// A poll has shown another chassis state than the one before.
    void chassis_changed(const ChassisChange& change);
    /// What is reported now.
    std::optional<DisagreementState> state(std::string_view node) const;

private:
    struct Seen {
        Contradiction what;
        Instant since{};
        bool told = false;
        bool repaired = false;  // once for each disagreement
    };
    void judge(const Node& node, const Snapshot& picture);
    bool lasts(const Seen& seen, Instant now) const;
    bool wants_repair(const Seen& seen, SteadyTime now);
    asio::awaitable<void> repair(std::string node, Contradiction what);
    IntentPtr intent_for(const std::string& node, ActionKind kind, const std::string& why);

    Tools tools_;
    Actuation& actuation_;
    Proposals& proposals_;
    std::map<std::string, Seen, std::less<>> seen_;
    std::deque<SteadyTime> repairs_;
    SteadyTime judged_{};
};

}  // namespace frugald
