#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/core/health.h"
#include "daemon/core/scheduler_view.h"
#include "daemon/engine/modules.h"
#include "daemon/ports/event.h"

namespace frugald {

/// The scheduler's picture, kept with its age when the scheduler is away, and the daemon's own
/// idle clocks (slurmctld's restart resets last_busy).
class SchedulerWatch {
public:
    SchedulerWatch(asio::io_context& loop, const Modules& modules);

    /// Reads every `interval` until stopped.
    asio::awaitable<void> run(const std::chrono::milliseconds& interval);
    void stop();

    /// A picture whose reading began after this call. Callers that ask together share one.
    asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> fresh();

    /// The last picture; null before the first.
    const std::shared_ptr<const SchedulerView>& view() const { return view_; }
    std::optional<std::chrono::milliseconds> age(Instant now) const;
    const std::string& failure() const { return failure_; }
    unsigned rounds() const { return rounds_; }
    std::optional<SteadyTime> idle_since(std::string_view node) const;
    const SchedulerNode* node(std::string_view name) const;
    std::vector<std::uint32_t> jobs_on(std::string_view node) const;
    /// Of a job that occupies nodes; null when there is none of that number.
    const SchedulerJob* job(std::uint32_t id) const;
    /// The name of a reservation in use on the node; empty: there is none.
    std::string reservation_on(std::string_view node, WallTime at) const;

private:
    asio::awaitable<void> read();
    void take(std::shared_ptr<const SchedulerView> view);
    void keep_idle_clocks();
    void stop_idle_clock(const SchedulerNode& node);

    const Modules& modules_;
    Event read_done_;
    Timer timer_;
    bool reading_ = false;
    bool stopping_ = false;
    SteadyTime last_read_began_{};
    std::shared_ptr<const SchedulerView> view_;
    std::multimap<std::string, std::uint32_t, std::less<>> jobs_;
    std::multimap<std::string, const SchedulerReservation*, std::less<>> reservations_;
    /// Since when a node is idle, and in which of its boots.
    struct IdleClock {
        SteadyTime since{};
        std::optional<WallTime> boot{};
    };
    using IdleClocks = std::map<std::string, IdleClock, std::less<>>;
    IdleClocks idle_since_;
    /// Of nodes that Slurm knows nothing about now: after its restart they go on.
    IdleClocks interrupted_;
    std::string failure_;
    Health health_;
    unsigned rounds_ = 0;
};

}  // namespace frugald
