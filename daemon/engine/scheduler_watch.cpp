#include "daemon/engine/scheduler_watch.h"

#include "daemon/core/log.h"

namespace frugald {

SchedulerWatch::SchedulerWatch(asio::io_context& loop, const Modules& modules)
    : modules_(modules), read_done_(loop), timer_(loop) {}

asio::awaitable<void> SchedulerWatch::run(const std::chrono::milliseconds& interval) {
    while (!stopping_) {
        if (modules_.schedules()) static_cast<void>(co_await fresh());
        timer_.expires_after(rounds_ < 3 ? std::min(interval, std::chrono::milliseconds{1000})
                                         : interval);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

void SchedulerWatch::stop() {
    stopping_ = true;
    timer_.cancel();
}

asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> SchedulerWatch::fresh() {
    const SteadyTime asked = steady_now();
    for (;;) {
        if (reading_) {
            const bool enough = last_read_began_ >= asked;
            co_await read_done_.wait();
            if (!enough) continue;
        } else if (last_read_began_ < asked) {
            co_await read();
        }
        if (failure_.empty()) co_return view_;
        co_return fail(Fault::unavailable, failure_);
    }
}

asio::awaitable<void> SchedulerWatch::read() {
    reading_ = true;
    last_read_began_ = steady_now();
    const auto answer = co_await modules_.read_scheduler();
    reading_ = false;
    const auto change = health_.record(answer.has_value());
    if (change == Health::Change::failed) log::warning("scheduler: {}", answer.error().text);
    if (change == Health::Change::recovered) log::notice("scheduler: answers again");
    failure_ = answer ? std::string{} : answer.error().text;
    if (answer) take(*answer);
    read_done_.notify_all();
}

void SchedulerWatch::take(std::shared_ptr<const SchedulerView> view) {
    view_ = std::move(view);
    ++rounds_;
    jobs_.clear();
    for (const auto& job : view_->jobs)
        if (job.occupies())
            for (const auto& node : job.nodes) jobs_.emplace(node, job.id);
    reservations_.clear();
    for (const auto& reservation : view_->reservations)
        for (const auto& node : reservation.nodes) reservations_.emplace(node, &reservation);
    keep_idle_clocks();
}

void SchedulerWatch::keep_idle_clocks() {
    for (const auto& [name, node] : view_->nodes) {
        const bool idle = node.base == NodeBase::idle && !node.in_use() && !node.powered_down &&
                          !node.powering_down && !node.powering_up && jobs_.count(name) == 0;
        if (!idle) {
            stop_idle_clock(node);
            continue;
        }
        const auto before = interrupted_.find(name);
        const bool same_boot =
            before != interrupted_.end() && node.boot_time && before->second.boot == node.boot_time;
        const auto since = same_boot ? before->second.since : view_->read_at.steady;
        idle_since_.try_emplace(name, IdleClock{since, node.boot_time});
        if (before != interrupted_.end()) interrupted_.erase(before);
    }
    const auto gone = [this](const auto& entry) {
        return view_->nodes.find(entry.first) == view_->nodes.end();
    };
    std::erase_if(idle_since_, gone);
    std::erase_if(interrupted_, gone);
}

/// A restarted slurmctld knows nothing of its nodes until they have registered again.
void SchedulerWatch::stop_idle_clock(const SchedulerNode& node) {
    const bool only_unknown = (node.base == NodeBase::unknown || node.no_respond) &&
                              node.allocated_cpus == 0 && !node.completing &&
                              jobs_.count(node.name) == 0 && !node.powered_down &&
                              !node.powering_down && !node.powering_up;
    const auto clock = idle_since_.find(node.name);
    if (!only_unknown)
        interrupted_.erase(node.name);
    else if (clock != idle_since_.end() && clock->second.boot)
        interrupted_.insert_or_assign(node.name, clock->second);
    if (clock != idle_since_.end()) idle_since_.erase(clock);
}

std::optional<std::chrono::milliseconds> SchedulerWatch::age(Instant now) const {
    if (!view_) return std::nullopt;
    const auto steady = now.steady - view_->read_at.steady;
    const auto wall = now.wall - view_->read_at.wall;
    return std::chrono::ceil<std::chrono::milliseconds>(
        std::max<std::chrono::nanoseconds>(steady, wall));
}

std::optional<SteadyTime> SchedulerWatch::idle_since(std::string_view node) const {
    const auto found = idle_since_.find(node);
    if (found == idle_since_.end()) return std::nullopt;
    return found->second.since;
}

const SchedulerNode* SchedulerWatch::node(std::string_view name) const {
    if (!view_) return nullptr;
    const auto found = view_->nodes.find(name);
    return found == view_->nodes.end() ? nullptr : &found->second;
}

std::vector<std::uint32_t> SchedulerWatch::jobs_on(std::string_view node) const {
    std::vector<std::uint32_t> jobs;
    for (auto [at, end] = jobs_.equal_range(node); at != end; ++at) jobs.push_back(at->second);
    return jobs;
}

const SchedulerJob* SchedulerWatch::job(std::uint32_t id) const {
    if (!view_) return nullptr;
    for (const auto& job : view_->jobs)
        if (job.id == id && job.occupies()) return &job;
    return nullptr;
}

std::string SchedulerWatch::reservation_on(std::string_view node, WallTime at) const {
    for (auto [one, end] = reservations_.equal_range(node); one != end; ++one)
        if (one->second->covers(at)) return one->second->name;
    return {};
}

}  // namespace frugald
