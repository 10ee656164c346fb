#include <algorithm>

#include "daemon/export/json.h"
#include "daemon/export/json_values.h"
#include "daemon/export/scheduler_state.h"

namespace frugald::json {

namespace {

Json scheduler_json(const SchedulerNode& node) {
    return {{"state", scheduler_state(node)},      {"state_text", node.state_text},
            {"partitions", node.partitions},       {"in_use", node.in_use()},
            {"reason", text_or_null(node.reason)}, {"boot_time", time_or_null(node.boot_time)}};
}

Json cap_json(const CapState& cap) {
    const bool limited = cap.condition != CapCondition::not_cappable;
    return {{"limit_watts", limited ? Json(cap.limit.value) : Json(nullptr)},
            {"asked_watts", cap.asked.value > 0 ? Json(cap.asked.value) : Json(nullptr)},
            {"active", cap.active},
            {"state", to_string(cap.condition)},
            {"detail", text_or_null(cap.detail)},
            {"by", text_or_null(cap.way)},
            {"maximum_watts", cap.maximum ? Json(cap.maximum->value) : Json(nullptr)},
            {"owner", cap.owner},
            {"lease_end", time_or_null(cap.lease_end)}};
}

Json hold_json(const HoldState& hold) {
    return {{"owner", hold.owner},
            {"reason", hold.reason},
            {"since", iso8601(hold.since)},
            {"until", time_or_null(hold.until)}};
}

Json intent_json(const IntentState& intent) {
    return {{"what", intent.what},
            {"stage", intent.stage},
            {"generation", intent.generation},
            {"deadline", iso8601(intent.deadline)},
            {"detail", intent.detail}};
}

Json disagreement_json(const DisagreementState& disagreement) {
    return {{"kind", disagreement.kind},
            {"since", iso8601(disagreement.since)},
            {"text", disagreement.text},
            {"advice", disagreement.advice}};
}

Json hottest(const Node& node) {
    std::optional<double> celsius;
    for (const PartMeasurement& part : node.parts)
        if (part.quantity == Quantity::temperature_celsius &&
            part.measured.quality != Quality::stale)
            celsius = std::max(celsius.value_or(part.measured.value), part.measured.value);
    return celsius ? Json(*celsius) : Json(nullptr);
}

Json sensors_json(const Node& node, const Snapshot& now) {
    Json sensors = Json::array();
    for (const PartMeasurement& part : node.parts) {
        Json sensor{{"name", part.name}, {"part", to_string(part.part)}};
        sensor.update(measured(to_string(part.quantity), part.measured, now));
        sensors.push_back(std::move(sensor));
    }
    return sensors;
}

template <class T, class Render>
Json optional_json(const std::optional<T>& value, Render render) {
    return value ? render(*value) : Json(nullptr);
}

Json idle_seconds(const Node& node, const Snapshot& now) {
    if (!node.idle_since) return nullptr;
    return Seconds{now.at.steady - *node.idle_since}.count();
}

Json node_json(const Node& node, const Snapshot& now, bool sensors) {
    Json json{{"node", node.name},
              {"managed", node.managed},
              {"has_bmc", node.has_bmc},
              {"chassis", to_string(node.chassis)},
              {"chassis_at", time_or_null(node.chassis_at)},
              {"reachable", node.reachable},
              {"last_answer", time_or_null(node.last_answer)},
              {"failure", text_or_null(node.failure)},
              {"power", node.power ? measured("watts", *node.power, now) : Json(nullptr)},
              {"power_epoch", node.power_epoch},
              {"energy_joules", node.energy_total ? Json(node.energy_total->value) : Json(nullptr)},
              {"hottest_celsius", hottest(node)},
              {"cap", optional_json(node.cap, cap_json)},
              {"hold", optional_json(node.hold, hold_json)},
              {"intent", optional_json(node.intent, intent_json)},
              {"disagreement", optional_json(node.disagreement, disagreement_json)},
              {"scheduler", optional_json(node.scheduler, scheduler_json)},
              {"idle_s", idle_seconds(node, now)}};
    if (sensors) json["sensors"] = sensors_json(node, now);
    return json;
}

}  // namespace

// Node by node into the text: a document tree of 10,000 nodes would need 100 MB for a moment.
std::string nodes(const Snapshot& now, const NodeQuery& query) {
    std::string text = dump({{"schema", schema}, {"at", iso8601(now.at.wall)}});
    text.back() = ',';
    text += R"("nodes":[)";
    Json unknown = Json::array();
    const auto append = [&](const Node& node) {
        if (text.back() != '[') text += ',';
        text += dump(node_json(node, now, query.sensors));
    };
    if (query.all)
        for (const auto& [name, node] : now.nodes) append(node);
    for (const std::string& name : query.names) {
        const auto found = now.nodes.find(name);
        if (found == now.nodes.end())
            unknown.push_back(name);
        else
            append(found->second);
    }
    return text + R"(],"unknown_nodes":)" + dump(unknown) + "}";
}

}  // namespace frugald::json
