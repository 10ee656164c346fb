#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/core/string_map.h"
#include "daemon/engine/guard/guard.h"
#include "daemon/ports/tasks.h"
#include "daemon/telemetry/fleet.h"

namespace frugald {

/// How many nodes may start at once (N3): every level of the power tree bears what is running plus
/// the boot peaks in flight. Nodes wait in line, those that a job waits for first; a level also
/// keeps a distance between two starts (inrush).
class Admission {
public:
    struct Wish {
        std::string node;
        bool for_job = false;
        Instant deadline{};  // of the request: Slurm's ResumeTimeout
        std::function<bool()> still_wanted{};
        /// Told at once when the line is too long for the deadline.
        std::function<void(const std::string& text)> too_late{};
    };

    Admission(Tasks& tasks, const Config& config, const Fleet& fleet);

    /// After a reload of the configuration.
    void configured();
    /// Returns when the node may be switched on now, and counts it from then on; false when it is
    /// no longer wanted.
    asio::awaitable<bool> turn(Wish wish);
    /// What each limiting level above the node would be expected at after the action, and how much
    /// of it is known now. Empty for what raises nothing.
    std::vector<GuardedFeed> feeds(const std::string& node, ActionKind kind, Instant now) const;
    /// Watts by feed that are there beside what the nodes say: the larger of two measurements that
    /// contradict each other counts (TreeLevel::surplus).
    void count_besides(StringMap<Watts> besides) { besides_ = std::move(besides); }
    /// The node has booted, or was switched off: its boot peak is over.
    void settled(const std::string& node) { starting_.erase(node); }
    /// Nodes in line.
    std::size_t waiting() const { return line_.size(); }
    /// How long it usually takes from power-on to slurmd (99th percentile); absent: not known yet.
    void booted_in(std::chrono::milliseconds time);
    std::optional<std::chrono::milliseconds> usual_boot() const;
    std::size_t boots_seen() const { return boots_.size(); }
    /// How many nodes a minute the tightest limit can bear to start from now on; absent: no limit.
    std::optional<double> starts_per_minute(Instant now) const;

private:
    /// Of all nodes below a level; kept for a moment, since many nodes are judged at once.
    struct Load {
        Watts expected{};
        Watts running{};  // of it, what does not start just now
        std::size_t known = 0;
        SteadyTime at{};
    };
    struct Level {
        PowerFeed feed;
        SteadyTime next_start{};
        mutable std::optional<Load> load{};
    };
    struct Place {
        PowerModel model{};
        std::vector<std::size_t> levels{};  // that limit or pace it
    };
    struct Waiting {
        const Wish* wish;
        bool granted = false;
    };

    const Place& place(const std::string& node) const;
    Watts of(const std::string& node, Instant now) const;
    const Load& load(const Level& level, Instant now) const;
    bool starting(const std::string& node, SteadyTime now) const;
    bool bearable(const std::string& node, Instant now) const;
    void start(const std::string& node, Instant now);
    void warn_if_too_late(const Waiting& waiting, Instant now);
    void serve(Instant now);

    Tasks& tasks_;
    const Config& config_;
    const Fleet& fleet_;
    std::vector<Level> levels_;
    StringMap<Place> places_;         // node -> its place in the tree
    StringMap<SteadyTime> starting_;  // node -> when it was switched on
    std::list<Waiting> line_;
    std::vector<std::chrono::milliseconds> boots_;  // the newest thousand
    StringMap<Watts> besides_;                      // by feed
    unsigned jitter_ = 0;
};

}  // namespace frugald
