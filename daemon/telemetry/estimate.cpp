#include "daemon/telemetry/estimate.h"

namespace frugald {

namespace {

struct Evidence {
    Watts power{};
    WallTime at{};
};

bool is_measured(const Node& node) { return node.power && node.power->quality != Quality::stale; }

/// `slurm`: null when the scheduler's picture is too old, or does not show the node.
std::optional<Evidence> evidence(const Node& node, const SchedulerNode* slurm, WallTime read_at,
                                 const PowerModel& model) {
    if (node.chassis == Chassis::off && node.chassis_at)
        return Evidence{model.off, *node.chassis_at};
    const bool on = node.chassis == Chassis::on && node.chassis_at;
    if (!slurm && !on) return std::nullopt;
    if (!slurm) return Evidence{model.full, *node.chassis_at};
    if (!on && slurm->powered_down) return Evidence{model.off, read_at};
    if (slurm->in_use()) return Evidence{model.full, read_at};
    const bool gone = slurm->base == NodeBase::down || slurm->base == NodeBase::future ||
                      slurm->no_respond || slurm->powering_down;
    if (!on && gone) return std::nullopt;
    return Evidence{slurm->powering_up ? model.full : model.idle, read_at};
}

}  // namespace

void estimate_unmeasured(Snapshot& picture, const PowerModels& models,
                         std::chrono::milliseconds stale_after) {
    const WallTime read_at = picture.scheduler ? picture.scheduler->read_at.wall : WallTime{};
    const bool fresh = picture.scheduler && picture.at.wall - read_at <= stale_after;
    for (const auto& [name, model] : models) {
        const auto found = picture.nodes.find(name);
        if (found == picture.nodes.end() || is_measured(found->second)) continue;
        Node& node = found->second;
        const SchedulerNode* slurm = fresh && node.scheduler ? &*node.scheduler : nullptr;
        if (const auto known = evidence(node, slurm, read_at, model))
            node.power = Measurement{known->power.value, known->at, "model", Quality::estimated};
    }
}

}  // namespace frugald
