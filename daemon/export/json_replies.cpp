#include "daemon/export/json.h"
#include "daemon/export/json_values.h"

namespace frugald::json {

std::string why(const Why& why) {
    Json story = Json::array();
    for (const StoryLine& line : why.story)
        story.push_back({{"at", iso8601(line.at)}, {"text", line.text}});
    return dump(
        {{"schema", schema}, {"node", why.node}, {"now", why.now}, {"story", std::move(story)}});
}

std::string events(std::span<const EventLine> events) {
    Json list = Json::array();
    for (const EventLine& event : events)
        list.push_back({{"at", iso8601(event.at)},
                        {"node", text_or_null(event.node)},
                        {"kind", event.kind},
                        {"text", event.text}});
    return dump({{"schema", schema}, {"events", std::move(list)}});
}

std::string audit(std::span<const AuditLine> lines) {
    Json list = Json::array();
    for (const AuditLine& line : lines)
        list.push_back(
            {{"id", line.id}, {"at", iso8601(line.at)}, {"hash", line.hash}, {"line", line.line}});
    return dump({{"schema", schema}, {"entries", std::move(list)}});
}

std::string audit_verdict(const AuditVerdict& verdict) {
    Json broken = nullptr;
    if (verdict.broken_id != 0) broken = {{"id", verdict.broken_id}, {"why", verdict.broken_why}};
    return dump({{"schema", schema},
                 {"entries", verdict.rows},
                 {"last_id", verdict.last_id},
                 {"last_hash", verdict.last_hash},
                 {"broken", std::move(broken)},
                 {"noted_id", verdict.noted_id ? Json(verdict.noted_id) : Json(nullptr)}});
}

std::string calibrations(const std::vector<CalibrationEntry>& all) {
    Json list = Json::array();
    for (const auto& [source, calibration] : all)
        list.push_back({{"source", to_string(source)},
                        {"factor", calibration.factor},
                        {"reference_watts", calibration.reference.value},
                        {"raw_watts", calibration.raw.value},
                        {"at", iso8601(calibration.at)},
                        {"by", calibration.by},
                        {"author", calibration.author}});
    return dump({{"schema", schema}, {"calibrations", std::move(list)}});
}

std::string plan(const PlanReport& report) {
    Json plans = Json::array();
    for (const PlanLine& plan : report.plans)
        plans.push_back({{"id", plan.id},
                         {"node", plan.node},
                         {"action", plan.action},
                         {"policy", plan.policy},
                         {"reason", plan.reason},
                         {"made", iso8601(plan.made)},
                         {"expires", iso8601(plan.expires)}});
    const auto& shadow = report.shadow;
    return dump({{"schema", schema},
                 {"mode", report.mode},
                 {"plans", std::move(plans)},
                 {"shadow",
                  {{"suspends", shadow.suspends},
                   {"regrets", shadow.regrets},
                   {"unmeasured", shadow.unmeasured},
                   {"asleep_now", shadow.asleep_now},
                   {"saved_joules", shadow.saved.value}}}});
}

std::string mode(const std::string& modes) { return dump({{"schema", schema}, {"mode", modes}}); }

std::string findings(std::span<const Finding> findings) {
    Json list = Json::array();
    for (const Finding& finding : findings)
        list.push_back({{"id", finding.id},
                        {"level", to_string(finding.level)},
                        {"text", finding.text},
                        {"fix", text_or_null(finding.fix)}});
    return dump({{"schema", schema}, {"findings", std::move(list)}});
}

std::string outcomes(std::span<const Outcome> outcomes) {
    Json list = Json::array();
    for (const Outcome& outcome : outcomes)
        list.push_back({{"node", outcome.node},
                        {"result", to_string(outcome.kind)},
                        {"rule", text_or_null(outcome.rule)},
                        {"text", text_or_null(outcome.text)}});
    return dump({{"schema", schema}, {"outcomes", std::move(list)}});
}

std::string error(std::string_view fault, std::string_view text) {
    return dump({{"schema", schema}, {"error", {{"fault", fault}, {"text", text}}}});
}

}  // namespace frugald::json
