#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "daemon/engine/actuation.h"
#include "daemon/engine/obedience.h"
#include "daemon/ports/control.h"

namespace frugald {

/// Power limits with an owner and an end (safety.md N4, class economy). A lease is written before
/// the limit is sent, so that no limit of ours can be forgotten by a crash. What is recorded as
/// in force is what the BMC shows, not what was asked of it (N6).
class Caps {
public:
    static constexpr const char* space = "cap";

    explicit Caps(Tools tools) : tools_(tools), freed_(tools.loop) {}

    void load(const std::vector<std::pair<std::string, std::string>>& kept);
    /// One change of a node's limit at a time: holds others up until it goes.
    class Turn;
    /// Of all these nodes, for who changes them as one.
    asio::awaitable<std::vector<Turn>> turns(std::vector<std::string> nodes);
    /// Not empty: which jobs run where is not known now, and why; then no limit is evenly set (N5).
    std::string why_jobs_are_unknown() const;
    /// The guard's word on a change: planned, or refused (counted and told).
    Outcome judge(const Action& action, const GuardedJobs& jobs);
    /// What the BMC has now, asked before anything is changed: who does not tell, cannot be
    /// changed.
    asio::awaitable<Result<CapReading>> look(Action action);
    /// What `judge` has let through; the node's turn is the caller's. `seen` is what `look` has
    /// shown, for the journal; absent: not looked.
    asio::awaitable<Outcome> carry_out(Action action, std::optional<CapReading> seen);
    /// Puts the limit back that `action` has changed; absent, over or not ours: none.
    asio::awaitable<Outcome> restore(Action action, std::optional<CapState> before);
    /// A limit of ours that is not over; it may be lost, and is set again then.
    static bool leased(const std::optional<CapState>& limit);
    /// Begins to release what has ended; called every second.
    void expire(WallTime now);
    /// Judges by the picture whether nodes keep to their limits, and looks whether BMCs still
    /// have them: every hour, in a new session, after the node was off. Called every second.
    asio::awaitable<void> watch(std::shared_ptr<const Snapshot> picture);
    /// At the end of the daemon; what cannot be released stays leased and is released later.
    asio::awaitable<void> release_all(std::string why);

    std::optional<CapState> state(std::string_view node) const;
    std::vector<std::string> capped() const;

private:
    static constexpr unsigned enough_refusals = 2;
    struct Lease {
        CapState state;
        Obedience obedience;
        unsigned session = 0;                // with the BMC, in which the limit was seen last
        Chassis chassis = Chassis::unknown;  // as known last
        SteadyTime check_at{};               // when the BMC is asked again
        SteadyTime ends{};                   // the lease, however the wall clock steps
        SteadyTime release_at{};             // when it is over: not before, after a try that failed
        bool over(Instant now) const { return now.reached({ends, *state.lease_end}); }
    };
    /// Refusals by a node's BMC since its last consent.
    struct Refusals {
        unsigned count = 0;
        std::string why;
        std::optional<Watts> maximum;
    };
    std::optional<Outcome> refused(const Action& action, const GuardedJobs& jobs = {});
    std::optional<Outcome> refused_meanwhile(const Action& action, std::int64_t id);
    asio::awaitable<Outcome> set_now(Action action, std::optional<CapReading> seen);
    asio::awaitable<Result<void>> apply(Action action, std::int64_t id);
    asio::awaitable<Result<void>> confirm(std::string node, Watts asked, std::int64_t id);
    void announce(std::int64_t id, const Action& action);
    void audit_seen(std::int64_t id, const std::string& node, const CapReading& seen);
    asio::awaitable<void> learn_what_is_left(std::string node, bool ours_before);
    asio::awaitable<Outcome> release_now(Action action);
    /// By the daemon itself; the node's turn is the caller's.
    asio::awaitable<Outcome> release(std::string node, std::string by, std::string why);
    asio::awaitable<void> end_lease(std::string node);
    void end_soon(const std::string& node);
    void keep(const std::string& node, const CapState& lease);
    void drop(const std::string& node);

    bool is_cappable(const std::string& node) const;
    Error note_refusal(const std::string& node, const Error& error);
    void note_consent(const std::string& node);

    void accept(Lease& lease, const CapReading& seen, const std::string& node);
    bool is_due(const std::string& node, Lease& lease, const Node& now) const;
    void judge(const std::string& node, Lease& lease, const Measurement& power);
    asio::awaitable<void> check(std::string node);
    GuardedJobs jobs_with_other_limits(const std::string& node, Watts asked) const;
    asio::awaitable<void> set_again(std::string node, std::string why);
    void lose(const std::string& node, std::string why);

    static ActionRecord record_of(const Action& action);
    /// BMCs know whole watts.
    static bool same(Watts one, Watts other);

    Tools tools_;
    std::map<std::string, Lease, std::less<>> leases_;
    std::map<std::string, Refusals, std::less<>> refusals_;
    bool stopping_ = false;
    std::set<std::string> busy_;
    std::set<std::string> ending_;  // leases that are being released
    Event freed_;
};

}  // namespace frugald
