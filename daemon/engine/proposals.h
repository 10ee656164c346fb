#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/core/policy.h"
#include "daemon/engine/actuation.h"
#include "daemon/engine/plans.h"

namespace frugald {

/// Asks the policies about each new picture and carries out what the guard lets through: suspends
/// and wake-ups go to the scheduler, whose hooks come back for the power.
class Proposals {
public:
    explicit Proposals(Tools tools) : tools_(tools) {}

    void use(std::vector<std::unique_ptr<Policy>> policies) { policies_ = std::move(policies); }
    /// Returns when the scheduler has taken, or not, what was proposed.
    asio::awaitable<void> consider(std::shared_ptr<const Snapshot> picture);
    /// One action for the scheduler: guard, journal, command, re-reading until it shows.
    asio::awaitable<Verdict> ask_scheduler(Action action, bool dry_run, std::string& outcome);
    Plans& plans() { return plans_; }
    /// Was sent to the scheduler a moment ago and may not show there yet.
    bool pending(const std::string& node) const;

private:
    asio::awaitable<void> propose(Action action, const Snapshot& picture);
    void plan(const Action& action, const Snapshot& picture);
    asio::awaitable<std::string> send(Action action, std::int64_t id);
    bool repeatable(const Action& action) const;
    /// What went wrong, for people; empty when Slurm shows the command.
    asio::awaitable<std::string> carry_out(Action action);
    void remember_refusal(const Action& action, const Verdict& verdict);
    asio::awaitable<bool> shows(Action action);

    Tools tools_;
    std::vector<std::unique_ptr<Policy>> policies_;
    Plans plans_;
    std::set<std::string> pending_;
    /// Slurm did not take it: not asked again before this moment.
    std::map<std::string, SteadyTime> rests_until_;
    /// Node -> rule last told, so that a refusal that stays is one event, not one a second.
    std::map<std::string, std::string> told_;
};

}  // namespace frugald
