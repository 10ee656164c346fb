#include "tests/sim/slurm.h"

#include <fmt/format.h>

namespace frugald::sim {

namespace {

std::string state_text(const SchedulerNode& node) {
    std::string text = node.base == NodeBase::allocated ? "allocated"
                       : node.base == NodeBase::down    ? "down"
                       : node.base == NodeBase::unknown ? "unknown"
                                                        : "idle";
    if (node.drain) text += "+drain";
    if (node.completing) text += "+completing";
    if (node.powering_down) return text + "%";
    if (node.powering_up) return text + "#";
    if (node.powered_down) return text + "~";
    if (node.power_down) return text + "!";
    return node.no_respond ? text + "*" : text;
}

}  // namespace

Slurm::Slurm(Settings settings, Room& room, VirtualClock& clock, Queue& queue, Dice& dice,
             Chronicle& chronicle, CallHook call_hook)
    : settings_(settings),
      room_(room),
      clock_(clock),
      queue_(queue),
      dice_(dice),
      chronicle_(chronicle),
      call_hook_(std::move(call_hook)),
      nodes_(room.size()) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        auto& view = nodes_[i].view;
        view.name = room.name(i);
        view.base = NodeBase::idle;
        view.partitions = {"batch"};
        view.boot_time = room.machine(i).boot_time;
        view.powered_down = !room.machine(i).on;
        nodes_[i].idle_since = clock.wall();
        changed(i);
        if (i >= settings_.power_saving) excluded_.push_back(view.name);
    }
    if (settings_.suspend_time) queue_.after(minutes{5}, [this] { suspend_idle(); });
}

void Slurm::changed(std::size_t i) {
    auto& one = nodes_[i];
    one.view.state_text = state_text(one.view);
    pictures_.change(i);
    std::vector<std::string> jobs;
    if (one.job != 0) jobs.push_back(fmt::format("{}", one.job));
    chronicle_.add("world_slurm", one.view.name,
                   {{"state", one.view.state_text},
                    {"busy", one.view.in_use() || one.job != 0},
                    {"powering_up", one.view.powering_up},
                    {"reserved", one.view.reserved || one.view.maint},
                    {"jobs", std::move(jobs)}});
}

std::shared_ptr<SchedulerView> Slurm::picture() {
    const auto describe = [this](SchedulerView& view, std::size_t i) {
        const auto& one = nodes_[i];
        if (hidden_.count(i) > 0)
            view.nodes.erase(one.view.name);
        else
            view.nodes[one.view.name] = one.view;
    };
    auto& kept = pictures_.next(nodes_.size(), describe);
    auto& view = *kept.view;
    if (kept.jobs != jobs_version_) describe_jobs(view.jobs);
    kept.jobs = jobs_version_;
    if (!reserved_.empty() || !view.reservations.empty()) {
        view.reservations.clear();
        for (const auto i : reserved_)
            view.reservations.push_back({"repairs",
                                         {nodes_[i].view.name},
                                         clock_.wall() - hours{1},
                                         clock_.wall() + hours{1},
                                         true});
    }
    view.suspend_excluded_nodes = excluded_;
    view.suspend_timeout = settings_.suspend_timeout;
    view.resume_timeout = settings_.resume_timeout;
    view.suspend_time = settings_.suspend_time.value_or(seconds{31536000});
    return kept.view;
}

void Slurm::describe_jobs(std::vector<SchedulerJob>& jobs) const {
    jobs.clear();
    for (const auto& [id, job] : jobs_) {
        auto& shown = jobs.emplace_back();
        shown.id = id;
        shown.state = job.completing ? JobState::completing
                      : job.running  ? JobState::running
                                     : JobState::configuring;
        shown.partition = "batch";
        for (const auto i : job.nodes) shown.nodes.push_back(nodes_[i].view.name);
    }
    for (const auto& job : pending_) {
        auto& shown = jobs.emplace_back();
        shown.id = job.id;
        shown.state = JobState::pending;
        shown.partition = "batch";
    }
}

void Slurm::command(SchedulerCommand what, const std::vector<std::string>& nodes) {
    for (const auto& name : nodes) {
        const auto i = room_.find(name);
        if (!i) continue;
        if (what == SchedulerCommand::power_down_asap) ask_power_down(*i);
        if (what == SchedulerCommand::power_up) power_up(*i);
        if (what == SchedulerCommand::drain) drain(*i, true);
        if (what == SchedulerCommand::resume) drain(*i, false);
    }
}

void Slurm::drain(std::size_t i, bool drain) {
    nodes_[i].view.drain = drain;
    nodes_[i].view.reason = drain ? "broken fan" : "";
    changed(i);
    if (!drain) schedule();
}

void Slurm::reserve(std::size_t i, bool reserve) {
    nodes_[i].view.maint = nodes_[i].view.reserved = reserve;
    if (reserve)
        reserved_.insert(i);
    else
        reserved_.erase(i);
    changed(i);
    if (!reserve) schedule();
}

void Slurm::hide(std::size_t i, bool hide) {
    if (hide)
        hidden_.insert(i);
    else
        hidden_.erase(i);
    pictures_.change(i);
}

void Slurm::go_away(milliseconds length) {
    away_ = true;
    excuse_all(length);
    const unsigned turn = ++away_turn_;
    queue_.after(length, [this, turn] {
        if (turn != away_turn_) return;
        away_ = false;
        after_restart();
    });
}

/// What was decided in the last seconds is not in its state file: nodes being suspended are of
/// unknown state, nodes being woken are asleep and their jobs pending.
void Slurm::crash(milliseconds away) {
    const auto saved = clock_.time() - dice_.between(milliseconds{0}, seconds{5});
    const auto undo = std::exchange(undo_, {});
    for (const auto& [at, i] : undo) {
        auto& one = nodes_[i];
        if (at < saved) continue;
        if (one.view.powering_down) {
            one.view.powering_down = false;
            one.view.power_down = false;
            one.asap = false;
            one.view.base = NodeBase::unknown;
            one.view.no_respond = true;
            ++one.turn;
            chronicle_.count("slurm forgot a suspend");
        } else if (one.view.powering_up) {
            if (one.job != 0) requeue(one.job);
            one.view.powering_up = false;
            one.view.powered_down = true;
            one.view.base = NodeBase::idle;
            ++one.turn;
            chronicle_.count("slurm forgot a resume");
        }
        changed(i);
    }
    for (auto& one : nodes_) one.idle_since = clock_.wall() + away;
    go_away(away);
}

void Slurm::after_restart() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        auto& one = nodes_[i];
        if (one.view.powering_up || one.view.powering_down) watch_timer(i);
        const bool unknown = one.view.base == NodeBase::unknown;
        if (room_.machine(i).slurmd && (unknown || one.view.powered_down || one.view.powering_up))
            node_registered(i);
        else if (unknown)
            set_down(i, "Not responding");
        else if (!room_.machine(i).on && !one.view.powered_down && !one.view.powering_down &&
                 !one.view.powering_up && one.view.base != NodeBase::down)
            node_went_off(i);
    }
    for (const auto& [id, end] : std::exchange(ended_while_away_, {}))
        if (const auto job = jobs_.find(id); job != jobs_.end() && job->second.turn == end)
            end_job(id);
    schedule();
}

void Slurm::wall_stepped() {
    excuse_all(hours{3});
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (nodes_[i].view.powering_down || nodes_[i].view.powering_up) watch_timer(i);
}

bool Slurm::runs_on(std::size_t i) const {
    const auto job = jobs_.find(nodes_[i].job);
    return job != jobs_.end() && job->second.running && !job->second.completing;
}

}  // namespace frugald::sim
