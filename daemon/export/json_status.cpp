#include "daemon/core/pue_picture.h"
#include "daemon/export/json.h"
#include "daemon/export/json_values.h"
#include "daemon/export/scheduler_state.h"
#include "frugald_version.h"

namespace frugald::json {

namespace {

struct NodeCounts {
    std::map<Chassis, unsigned> chassis{{Chassis::on, 0}, {Chassis::off, 0}, {Chassis::unknown, 0}};
    std::map<std::string_view, unsigned> states;
    unsigned managed = 0, with_bmc = 0, unreachable = 0, held = 0, capped = 0, in_action = 0;

    void add(const Node& node) {
        ++chassis[node.chassis];
        if (node.scheduler) ++states[scheduler_state(*node.scheduler)];
        managed += node.managed;
        with_bmc += node.has_bmc;
        unreachable += node.has_bmc && !node.reachable;
        held += node.hold.has_value();
        capped += node.cap && node.cap->active;
        in_action += node.intent.has_value();
    }
};

Json nodes_summary(const Snapshot& now) {
    NodeCounts counts;
    for (const auto& [name, node] : now.nodes) counts.add(node);
    Json chassis = Json::object();
    for (const Chassis state : {Chassis::on, Chassis::off, Chassis::unknown})
        chassis[to_string(state)] = counts.chassis[state];
    Json states = Json::object();
    for (const auto& [state, count] : counts.states) states[std::string{state}] = count;
    return {{"total", now.nodes.size()},
            {"managed", counts.managed},
            {"with_bmc", counts.with_bmc},
            {"unreachable", counts.unreachable},
            {"held", counts.held},
            {"capped", counts.capped},
            {"in_action", counts.in_action},
            {"chassis", std::move(chassis)},
            {"scheduler_states", std::move(states)}};
}

Json scheduler_summary(const Snapshot& now) {
    if (!now.scheduler)
        return {{"age_s", nullptr},
                {"version", nullptr},
                {"failure", text_or_null(now.scheduler_failure)}};
    return {{"age_s", Seconds{now.at.steady - now.scheduler->read_at.steady}.count()},
            {"version", text_or_null(now.scheduler->version)},
            {"failure", text_or_null(now.scheduler_failure)}};
}

Json modules_json(const Snapshot& now) {
    Json modules = Json::array();
    for (const ModuleState& module : now.modules)
        modules.push_back(
            {{"name", module.name}, {"loaded", module.loaded}, {"detail", module.detail}});
    return modules;
}

Json devices_summary(const Snapshot& now) {
    unsigned unreachable = 0;
    for (const auto& [name, device] : now.devices) unreachable += !device.reachable;
    return {{"total", now.devices.size()}, {"unreachable", unreachable}};
}

/// The live figure and today's; null without [pue].
Json pue_summary(const Snapshot& now) {
    if (!now.pue) return nullptr;
    const auto figure = [](const PueFigure& of) {
        return Json{{"pue", number_or_null(of.value)},
                    {"uncertainty", number_or_null(of.uncertainty)},
                    {"state", to_string(of.state)},
                    {"coverage", of.coverage},
                    {"note", text_or_null(of.note)}};
    };
    return {{"category", text_or_null(now.pue->category)},
            {"window_s", Seconds{now.pue->live.to - now.pue->live.from}.count()},
            {"live", figure(now.pue->live)},
            {"day", figure(now.pue->day)}};
}

}  // namespace

std::string status(const Snapshot& now) {
    return dump({{"schema", schema},
                 {"at", iso8601(now.at.wall)},
                 {"version", FRUGALD_RELEASE},
                 {"uptime_s", Seconds{now.at.steady - now.started}.count()},
                 {"mode", now.mode},
                 {"hold", now.hold ? Json(*now.hold) : Json(nullptr)},
                 {"cluster_power_watts",
                  now.cluster_power ? Json(now.cluster_power->value) : Json(nullptr)},
                 {"nodes_measured", now.nodes_measured},
                 {"nodes", nodes_summary(now)},
                 {"devices", devices_summary(now)},
                 {"pue", pue_summary(now)},
                 {"scheduler", scheduler_summary(now)},
                 {"guard_refusals", now.counters.guard_refusals},
                 {"modules", modules_json(now)},
                 {"config_loaded_at", time_or_null(now.config_loaded_at)},
                 {"last_reload_successful", now.last_reload_successful},
                 {"store_failure", text_or_null(now.store_failure)},
                 {"store_damage", text_or_null(now.store_damage)}});
}

}  // namespace frugald::json
