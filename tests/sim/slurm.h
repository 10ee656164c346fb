#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>

#include "daemon/ports/scheduler.h"
#include "tests/sim/picture.h"
#include "tests/sim/room.h"

namespace frugald::sim {

struct Job {
    std::uint32_t id = 0;
    std::size_t wants = 1;  // nodes
    milliseconds length{0};
    std::vector<std::size_t> nodes{};  // empty: pending
    bool running = false;              // else its nodes boot
    bool completing = false;
    unsigned turn = 0;  // grows with every requeue
};

/// slurmctld's rules as measured on 22.05.8 (docs/simulation.md): power saving, jobs, hooks. Its
/// timers count by the wall clock of the management host, as slurmctld's do.
class Slurm {
public:
    /// slurmctld calls one of its programs for these nodes.
    using CallHook = std::function<void(const char* verb, std::vector<std::string> nodes)>;

    struct Settings {
        seconds suspend_timeout{90};
        seconds resume_timeout{480};
        std::optional<seconds> suspend_time{};  // absent: only frugald decides
        std::size_t power_saving = 0;           // nodes from this one on are SuspendExcNodes
    };

    Slurm(Settings settings, Room& room, VirtualClock& clock, Queue& queue, Dice& dice,
          Chronicle& chronicle, CallHook call_hook);

    /// Who is told of a job that ended because its node lost power.
    void when_job_lost(std::function<void(std::size_t node)> tell) { job_lost_ = std::move(tell); }

    bool away() const { return away_; }
    /// Another number is another slurmctld: what one was asked, the next does not answer.
    unsigned life() const { return away_turn_; }
    const Settings& settings() const { return settings_; }
    /// The picture of this moment; `hidden` nodes are missing from it.
    std::shared_ptr<SchedulerView> picture();
    void command(SchedulerCommand what, const std::vector<std::string>& nodes);

    void submit(std::size_t wants, milliseconds length);
    std::size_t pending() const { return pending_.size(); }
    std::size_t jobs() const { return jobs_.size(); }
    /// By an administrator of Slurm.
    void drain(std::size_t i, bool drain);
    void reserve(std::size_t i, bool reserve);
    void hide(std::size_t i, bool hide);
    /// scontrol update state=power_up of a node that is down.
    void repair(std::size_t i);

    void go_away(milliseconds length);
    /// kill -9: the last seconds are forgotten.
    void crash(milliseconds away);
    /// The wall clock was stepped: its timers count by it.
    void wall_stepped();

    void node_went_off(std::size_t i);
    void node_registered(std::size_t i);
    const SchedulerNode& node(std::size_t i) const { return nodes_[i].view; }
    /// A job, its end, a step: whatever a cut of power would destroy.
    bool runs_on(std::size_t i) const;
    /// On its way up or down for longer than Slurm waits.
    bool overdue(std::size_t i) const {
        const auto& one = nodes_[i];
        const bool under_way = one.view.powering_up || one.view.powering_down;
        return under_way && one.due + seconds{1} < clock_.wall();
    }
    /// Something is wrong with the node for so long that is not frugald's doing: it may go down.
    void excuse(std::size_t i, milliseconds length) {
        auto& until = nodes_[i].excused_until;
        until = std::max(until, clock_.time() + length + settings_.resume_timeout * 3);
    }
    /// The same for all of them, for a while.
    void excuse_all(milliseconds length) {
        excused_until_ =
            std::max(excused_until_, clock_.time() + length + settings_.resume_timeout * 3);
    }

private:
    struct SimNode {
        SchedulerNode view;
        std::uint32_t job = 0;  // 0: none
        WallTime due{};         // end of SuspendTimeout or ResumeTimeout
        WallTime asked{};       // when the resume was
        unsigned turn = 0;      // of its power saving state
        WallTime idle_since{};
        bool asap = false;
        milliseconds excused_until{0};  // something else than frugald went wrong with it
    };
    struct Undo {
        milliseconds at;
        std::size_t node;
    };

    void changed(std::size_t i);
    bool free(std::size_t i) const;
    bool can_wake(std::size_t i) const;
    void schedule();
    bool place(Job& job);
    void start_if_up(std::uint32_t id);
    void end_job(std::uint32_t id);
    void requeue(std::uint32_t id);
    void job_changed() { ++jobs_version_; }
    void describe_jobs(std::vector<SchedulerJob>& jobs) const;
    void release(std::size_t i);
    void begin_suspend(std::vector<std::size_t> nodes);
    void begin_resume(const std::vector<std::size_t>& nodes);
    void ask_power_down(std::size_t i);
    void power_up(std::size_t i);
    void watch_timer(std::size_t i);
    void timer(std::size_t i);
    void set_down(std::size_t i, const char* why);
    void suspend_idle();
    void after_restart();

    Settings settings_;
    Room& room_;
    VirtualClock& clock_;
    Queue& queue_;
    Dice& dice_;
    Chronicle& chronicle_;
    CallHook call_hook_;
    std::vector<SimNode> nodes_;
    std::map<std::uint32_t, Job> jobs_;  // that hold nodes
    std::deque<Job> pending_;
    std::deque<Undo> undo_;
    Pictures pictures_;
    std::uint64_t jobs_version_ = 1;
    milliseconds excused_until_{0};
    std::set<std::size_t> hidden_;
    std::vector<std::string> excluded_;  // SuspendExcNodes
    std::set<std::size_t> reserved_;
    std::vector<std::pair<std::uint32_t, unsigned>> ended_while_away_;  // job, its turn
    std::function<void(std::size_t)> job_lost_ = [](std::size_t) {};
    bool away_ = false;
    unsigned away_turn_ = 0;
    std::uint32_t last_job_ = 0;
};

}  // namespace frugald::sim
