#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/action.h"
#include "daemon/core/snapshot.h"
#include "daemon/ports/control.h"

namespace frugald {

/// What policies would do where the mode does not let them: plans that wait for
/// `frugalctl approve`, and what such suspends would have saved, or cost, so far (the shadow).
class Plans {
public:
    static constexpr std::chrono::minutes lifetime{15};

    /// The same action again renews nothing: one plan per node and kind.
    void propose(const Action& action, Instant now);
    std::vector<PlanLine> list() const;
    /// The action of a plan, marked as approved, and the plan is gone; absent: no such plan.
    std::optional<Action> take(std::uint64_t id, Instant now);
    void expire(Instant now);

    /// A suspend that only the mode has refused: from now on the node would be off.
    void would_suspend(const std::string& node, std::optional<Watts> idle, Instant now);
    /// Ends what would be off of nodes that are needed; `boot`: how long a wake-up takes.
    void follow(const Snapshot& picture, std::chrono::milliseconds boot);
    const ShadowReport& shadow() const { return shadow_; }

private:
    struct Plan {
        std::uint64_t id = 0;
        Action action;
        Instant made{};
    };
    struct WouldBeOff {
        Instant since{};
        Watts idle{};
    };
    std::deque<Plan> plans_;
    std::uint64_t last_id_ = 0;
    std::map<std::string, WouldBeOff> off_;
    ShadowReport shadow_;
};

}  // namespace frugald
