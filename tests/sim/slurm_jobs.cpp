// Slurm's side of the simulation: which job gets which nodes, and what becomes of it.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/nodeset.h"
#include "tests/sim/slurm.h"

namespace frugald::sim {

bool Slurm::free(std::size_t i) const {
    const auto& view = nodes_[i].view;
    return view.base == NodeBase::idle && nodes_[i].job == 0 && !view.drain && !view.completing &&
           !view.no_respond && !view.powered_down && !view.powering_down && !view.powering_up &&
           !view.power_down && !view.reserved;
}

bool Slurm::can_wake(std::size_t i) const {
    const auto& view = nodes_[i].view;
    return view.base == NodeBase::idle && nodes_[i].job == 0 && view.powered_down && !view.drain &&
           !view.reserved && !view.power_down;
}

void Slurm::submit(std::size_t wants, milliseconds length) {
    Job job;
    job.id = ++last_job_;
    job.wants = wants;
    job.length = length;
    pending_.push_back(std::move(job));
    chronicle_.count("jobs");
    job_changed();
    schedule();
}

void Slurm::schedule() {
    if (away_) return;
    constexpr std::size_t depth = 20;
    for (std::size_t at = 0, tried = 0; at < pending_.size() && tried < depth; ++tried) {
        if (place(pending_[at]))
            pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(at));
        else
            ++at;
    }
}

bool Slurm::place(Job& job) {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < nodes_.size() && chosen.size() < job.wants; ++i)
        if (free(i)) chosen.push_back(i);
    const std::size_t awake = chosen.size();
    for (std::size_t i = 0; i < nodes_.size() && chosen.size() < job.wants; ++i)
        if (can_wake(i)) chosen.push_back(i);
    if (chosen.size() < job.wants) return false;
    job.nodes = chosen;
    const auto id = job.id;
    jobs_[id] = std::move(job);
    job_changed();
    for (const auto i : chosen) {
        nodes_[i].job = id;
        nodes_[i].view.base = NodeBase::allocated;
        nodes_[i].view.allocated_cpus = 64;
    }
    const std::vector<std::size_t> sleepers(chosen.begin() + static_cast<std::ptrdiff_t>(awake),
                                            chosen.end());
    for (std::size_t i = 0; i < awake; ++i) changed(chosen[i]);
    if (!sleepers.empty()) begin_resume(sleepers);
    start_if_up(id);
    return true;
}

void Slurm::start_if_up(std::uint32_t id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || found->second.running) return;
    Job& job = found->second;
    for (const auto i : job.nodes)
        if (nodes_[i].view.powering_up || nodes_[i].view.base != NodeBase::allocated) return;
    job.running = true;
    job_changed();
    std::vector<std::string> names;
    for (const auto i : job.nodes) {
        names.push_back(nodes_[i].view.name);
        room_.machine(i).busy = true;
    }
    chronicle_.add("world_job", "",
                   {{"id", static_cast<std::int64_t>(id)},
                    {"event", std::string{"start"}},
                    {"nodes", fold_nodeset(names)}});
    queue_.after(job.length, [this, id, turn = job.turn] {
        const auto job_now = jobs_.find(id);
        if (job_now == jobs_.end() || job_now->second.turn != turn) return;
        if (away_)
            ended_while_away_.emplace_back(id, turn);
        else
            end_job(id);
    });
}

void Slurm::end_job(std::uint32_t id) {
    Job& job = jobs_.at(id);
    job.completing = true;
    job_changed();
    chronicle_.add("world_job", "",
                   {{"id", static_cast<std::int64_t>(id)}, {"event", std::string{"end"}}});
    for (const auto i : job.nodes) {
        room_.machine(i).busy = false;
        nodes_[i].view.completing = true;
        nodes_[i].view.allocated_cpus = 0;
        nodes_[i].view.base = NodeBase::idle;
        changed(i);
    }
    queue_.after(dice_.between(seconds{1}, seconds{8}), [this, id, turn = job.turn] {
        const auto done = jobs_.find(id);
        if (done == jobs_.end() || done->second.turn != turn) return;
        const auto nodes = done->second.nodes;
        jobs_.erase(done);
        job_changed();
        for (const auto i : nodes) release(i);
        schedule();
    });
}

/// The job has lost a node: it gives up the others and waits again.
void Slurm::requeue(std::uint32_t id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return;
    Job job = std::move(found->second);
    jobs_.erase(found);
    job_changed();
    for (const auto i : job.nodes) release(i);
    if (job.completing) return;
    job.nodes.clear();
    job.running = false;
    ++job.turn;
    pending_.push_back(std::move(job));
}

void Slurm::release(std::size_t i) {
    auto& one = nodes_[i];
    one.job = 0;
    one.view.completing = false;
    one.view.allocated_cpus = 0;
    if (one.view.base == NodeBase::allocated) one.view.base = NodeBase::idle;
    room_.machine(i).busy = false;
    one.idle_since = clock_.wall();
    changed(i);
    if (one.asap) queue_.after(seconds{1}, [this, i] { begin_suspend({i}); });
}

void Slurm::node_went_off(std::size_t i) {
    auto& one = nodes_[i];
    if (runs_on(i)) {
        chronicle_.add("world_job", "",
                       {{"id", static_cast<std::int64_t>(one.job)},
                        {"event", std::string{"lost"}},
                        {"nodes", one.view.name}});
        chronicle_.count("jobs lost");
        jobs_.at(one.job).completing = true;  // what is left of it ends when slurmctld notices
        job_changed();
        job_lost_(i);
        queue_.after(minutes{1}, [this, id = one.job] { requeue(id); });
    }
    const bool expected = one.view.powering_down || one.view.powered_down || one.view.powering_up;
    if (expected || one.view.base == NodeBase::down) return;
    queue_.after(seconds{20}, [this, i] {
        auto& silent = nodes_[i];
        if (room_.machine(i).slurmd || silent.view.powered_down || silent.view.powering_down ||
            silent.view.powering_up || away_)
            return;
        silent.view.no_respond = true;
        changed(i);
    });
    queue_.after(seconds{45}, [this, i] {
        auto& silent = nodes_[i];
        if (room_.machine(i).slurmd || silent.view.powered_down || silent.view.powering_down ||
            silent.view.powering_up || away_)
            return;
        set_down(i, "Not responding");
    });
}

}  // namespace frugald::sim
