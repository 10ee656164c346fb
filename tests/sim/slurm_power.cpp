// Slurm's side of the simulation: suspends, resumes and their timers.

#include <fmt/format.h>

#include "tests/sim/slurm.h"

namespace frugald::sim {

namespace {
constexpr seconds save_interval{10};  // slurmctld looks at power saving about so often
}

void Slurm::ask_power_down(std::size_t i) {
    auto& one = nodes_[i];
    if (one.view.drain) {
        one.view.drain = false;
        chronicle_.fail("N1", one.view.name + ": an explicit power-down removed its DRAIN");
    }
    if (one.view.powered_down) return call_hook_("suspend", {one.view.name});
    if (one.view.powering_down || one.view.powering_up) return;
    one.view.power_down = one.asap = true;
    changed(i);
    if (one.job != 0) return;
    queue_.after(dice_.between(seconds{1}, save_interval), [this, i] { begin_suspend({i}); });
}

void Slurm::begin_suspend(std::vector<std::size_t> nodes) {
    std::vector<std::string> names;
    if (away_) return queue_.after(minutes{1}, [this, nodes] { begin_suspend(nodes); });
    for (const auto i : nodes) {
        auto& one = nodes_[i];
        const bool may = one.view.base == NodeBase::idle && one.job == 0 &&
                         !one.view.powered_down && !one.view.powering_down &&
                         !one.view.powering_up && !one.view.completing;
        if (!may) continue;
        one.view.power_down = one.asap = false;
        one.view.powering_down = true;
        one.due = clock_.wall() + settings_.suspend_timeout;
        ++one.turn;
        undo_.push_back({clock_.time(), i});
        names.push_back(one.view.name);
        chronicle_.count("suspends");
        watch_timer(i);
        changed(i);
    }
    if (!names.empty()) call_hook_("suspend", std::move(names));
}

void Slurm::begin_resume(const std::vector<std::size_t>& nodes) {
    std::vector<std::string> names;
    for (const auto i : nodes) {
        auto& one = nodes_[i];
        one.view.powered_down = one.view.no_respond = false;
        one.view.powering_up = true;
        one.asked = std::chrono::floor<seconds>(clock_.wall());
        one.due = clock_.wall() + settings_.resume_timeout;
        ++one.turn;
        undo_.push_back({clock_.time(), i});
        names.push_back(one.view.name);
        chronicle_.count("resumes");
        watch_timer(i);
        changed(i);
    }
    while (undo_.size() > 64) undo_.pop_front();
    call_hook_("resume", std::move(names));
}

void Slurm::power_up(std::size_t i) {
    const auto& view = nodes_[i].view;
    if (view.base == NodeBase::down) nodes_[i].view.base = NodeBase::idle;
    if (view.powered_down) begin_resume({i});
}

void Slurm::repair(std::size_t i) {
    auto& one = nodes_[i];
    if (one.view.base != NodeBase::down) return;
    if (i >= settings_.power_saving) return room_.press(i, true);  // back when it registers
    one.view.base = NodeBase::idle;
    one.view.powered_down = true;
    one.view.reason.clear();
    chronicle_.count("repairs");
    begin_resume({i});
}

/// Its timers count by the wall clock: after a step the end may be nearer or farther than it was.
void Slurm::watch_timer(std::size_t i) {
    const auto left = nodes_[i].due - clock_.wall();
    queue_.after(left, [this, i, turn = nodes_[i].turn] {
        if (nodes_[i].turn == turn) timer(i);
    });
}

void Slurm::timer(std::size_t i) {
    auto& one = nodes_[i];
    if (away_ || clock_.wall() < one.due) return;  // looked at again after that
    if (one.view.powering_down) {
        one.view.powering_down = false;
        one.view.powered_down = true;
        ++one.turn;
        changed(i);
        schedule();
    } else if (one.view.powering_up) {
        set_down(i, "ResumeTimeout reached");
        call_hook_("resume-fail", {one.view.name});
    }
}

void Slurm::set_down(std::size_t i, const char* why) {
    auto& one = nodes_[i];
    const bool timed_out = one.view.powering_up;
    if (one.job != 0) requeue(one.job);
    one.view.base = NodeBase::down;
    one.view.powering_up = one.view.powering_down = one.view.power_down = one.asap = false;
    one.view.powered_down = timed_out;
    one.view.reason = why;
    ++one.turn;
    changed(i);
    chronicle_.count("nodes down");
    const bool of_frugald = i < settings_.power_saving;
    if (of_frugald && clock_.time() > std::max(one.excused_until, excused_until_))
        chronicle_.fail("down", fmt::format("{} went down ({}) although nothing was wrong with it",
                                            one.view.name, why));
    schedule();
}

void Slurm::node_registered(std::size_t i) {
    auto& one = nodes_[i];
    if (away_) return;  // slurmd tries again when slurmctld is back: after_restart
    const WallTime booted = room_.machine(i).boot_time;
    one.view.boot_time = booted;
    one.view.no_respond = false;
    if (one.view.powering_up) {
        if (booted < one.asked) return changed(i);
        one.view.powering_up = false;
        ++one.turn;
    } else if (one.view.powered_down && one.view.base != NodeBase::down) {
        one.view.powered_down = false;  // switched on behind Slurm's back: in service
    }
    if (one.view.base == NodeBase::down || one.view.base == NodeBase::unknown) {
        one.view.base = NodeBase::idle;  // ReturnToService=2
        one.view.powered_down = false;
        one.view.reason.clear();
    }
    one.idle_since = clock_.wall();
    changed(i);
    if (one.job != 0) start_if_up(one.job);
    schedule();
}

/// SuspendTime, where Slurm itself decides.
void Slurm::suspend_idle() {
    std::vector<std::size_t> nodes;
    for (std::size_t i = 0; i < settings_.power_saving; ++i)
        if (free(i) && nodes_[i].idle_since + *settings_.suspend_time <= clock_.wall())
            nodes.push_back(i);
    if (!nodes.empty() && !away_) begin_suspend(std::move(nodes));
    queue_.after(minutes{1}, [this] { suspend_idle(); });
}

}  // namespace frugald::sim
