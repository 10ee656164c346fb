#include "daemon/export/requests.h"

#include "daemon/export/request_body.h"

namespace frugald {

namespace {

ActionKind power_action(Body& body) {
    const std::string word = body.text("action");
    for (const ActionKind kind :
         {ActionKind::power_on, ActionKind::power_off, ActionKind::power_soft,
          ActionKind::power_cycle, ActionKind::suspend, ActionKind::wake})
        if (word == to_string(kind)) return kind;
    body.note("'action' must be on, off, soft, cycle, suspend or wake");
    return ActionKind::power_on;
}

}  // namespace

Result<PowerRequest> parse_power_request(std::string_view text) {
    Body body{text};
    PowerRequest request;
    request.nodes = body.nodes();
    request.kind = power_action(body);
    request.reason = body.reason();
    request.dry_run = body.boolean("dry_run");
    request.accept_job_loss = body.boolean("accept_job_loss");
    return body.finish(std::move(request));
}

Result<CapRequest> parse_cap_request(std::string_view text) {
    Body body{text};
    CapRequest request;
    request.nodes = body.nodes();
    body.require("limit_watts");
    if (const auto limit = body.positive("limit_watts", 100000)) request.limit = Watts{*limit};
    if (const auto lease = body.seconds("lease_s")) request.lease = *lease;
    request.reason = body.reason();
    request.dry_run = body.boolean("dry_run");
    return body.finish(std::move(request));
}

Result<HoldRequest> parse_hold_request(std::string_view text) {
    Body body{text};
    HoldRequest request;
    const nlohmann::json* const nodes = body.find("nodes");
    const bool everything = nodes != nullptr && nodes->is_string() && *nodes == "all";
    if (!everything) request.nodes = body.nodes();
    request.release = body.boolean("release");
    request.lasting = body.seconds("lasting_s");
    request.reason = body.reason();
    return body.finish(std::move(request));
}

Result<ModeRequest> parse_mode_request(std::string_view text) {
    Body body{text};
    ModeRequest request;
    body.require("mode");
    const auto word = body.text_if_any("mode");
    if (word && !(request.mode = mode_named(*word)))
        body.note("'mode' must be observe, advise, guarded or enforce, or null");
    request.partition = body.text_if_any("partition").value_or("");
    const auto action = body.text_if_any("action");
    if (action && !(request.action = action_class_named(*action)))
        body.note("'action' must be off, on, cap, uncap or repair, or null");
    if (!request.mode && (action || !request.partition.empty()))
        body.note("'mode' null is for everything: leave out 'partition' and 'action'");
    request.reason = body.reason();
    return body.finish(std::move(request));
}

Result<ApproveRequest> parse_approve_request(std::string_view text) {
    Body body{text};
    ApproveRequest request;
    const nlohmann::json* const ids = body.find("ids");
    const bool list = ids != nullptr && ids->is_array() && !ids->empty();
    if (!list) body.note("'ids' must be a list of the numbers that `frugalctl plan` shows");
    for (const nlohmann::json& id : list ? *ids : nlohmann::json::array()) {
        if (!id.is_number_unsigned())
            body.note("'ids' must be numbers");
        else
            request.ids.push_back(id.get<std::uint64_t>());
    }
    request.reason = body.reason();
    return body.finish(std::move(request));
}

Result<CalibrateRequest> parse_calibrate_request(std::string_view text) {
    constexpr double most_watts = 1e9;
    Body body{text};
    CalibrateRequest request;
    auto source = parse_power_source(body.text("source"));
    if (source)
        request.source = std::move(*source);
    else
        body.note("'source': " + source.error().text);
    body.require("reference_watts");
    if (const auto watts = body.positive("reference_watts", most_watts))
        request.reference = Watts{*watts};
    if (const auto watts = body.positive("raw_watts", most_watts)) request.raw = Watts{*watts};
    if (request.raw && !request.reference) body.note("'raw_watts' needs 'reference_watts'");
    request.by = body.line("by");
    return body.finish(std::move(request));
}

Result<AcceptRequest> parse_accept_request(std::string_view text) {
    Body body{text};
    AcceptRequest request;
    request.nodes = body.nodes();
    request.reason = body.reason();
    return body.finish(std::move(request));
}

}  // namespace frugald
