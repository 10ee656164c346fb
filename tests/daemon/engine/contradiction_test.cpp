#include "daemon/engine/contradiction.h"

#include <doctest/doctest.h>

using namespace frugald;

namespace {

using N = Node;

/// Idle, on, known: nothing to complain about.
Node quiet() {
    Node node;
    node.name = "n1";
    node.managed = true;
    node.chassis = Chassis::on;
    node.scheduler = SchedulerNode{};
    node.scheduler->base = NodeBase::idle;
    node.scheduler->state_text = "idle";
    return node;
}

Node with(void (*change)(Node&)) {
    Node node = quiet();
    change(node);
    return node;
}

}  // namespace

TEST_CASE("what contradicts itself, and what does not") {
    struct Row {
        const char* says;
        Node node;
        std::optional<Disagreement> kind;
    };
    const Row rows[] = {
        {"idle and on", quiet(), {}},
        {"powered down and off",
         with([](N& n) {
             n.scheduler->powered_down = true;
             n.chassis = Chassis::off;
         }),
         {}},
        {"powered down, but on: a controller that forgot, or an off without effect",
         with([](N& n) { n.scheduler->powered_down = true; }),
         Disagreement::on_though_powered_down},
        {"in service, but off", with([](N& n) { n.chassis = Chassis::off; }),
         Disagreement::off_though_in_service},
        {"a job on a node that is off", with([](N& n) {
             n.chassis = Chassis::off;
             n.scheduler->base = NodeBase::allocated;
         }),
         Disagreement::off_though_in_service},
        {"a restarted slurmctld waits for a node that is off", with([](N& n) {
             n.chassis = Chassis::off;
             n.scheduler->base = NodeBase::down;
             n.scheduler->no_respond = true;
         }),
         Disagreement::off_though_in_service},
        {"a node taken down by hand may be off",
         with([](N& n) {
             n.chassis = Chassis::off;
             n.scheduler->base = NodeBase::down;
         }),
         {}},
        {"powering down", with([](N& n) { n.scheduler->powering_down = true; }),
         Disagreement::stuck_powering_down},
        {"powering up", with([](N& n) { n.scheduler->powering_up = true; }),
         Disagreement::stuck_powering_up},
        {"given up by Slurm", with([](N& n) {
             n.scheduler->base = NodeBase::down;
             n.scheduler->reason = "ResumeTimeout reached";
         }),
         Disagreement::down_after_resume},
        {"Slurm does not know it", with([](N& n) { n.scheduler.reset(); }),
         Disagreement::missing_in_slurm},
        {"off, but drawing", with([](N& n) {
             n.scheduler->powered_down = true;
             n.chassis = Chassis::off;
             n.power = Measurement{400, {}, "pdu", Quality::good};
         }),
         Disagreement::draws_though_off},
        {"a stale reading proves nothing",
         with([](N& n) {
             n.scheduler->powered_down = true;
             n.chassis = Chassis::off;
             n.power = Measurement{400, {}, "pdu", Quality::stale};
         }),
         {}},
        {"a silent BMC contradicts nothing",
         with([](N& n) {
             n.scheduler->powered_down = true;
             n.chassis = Chassis::unknown;
         }),
         {}},
        {"a request is under way",
         with([](N& n) {
             n.scheduler->powered_down = true;
             n.intent = IntentState{};
         }),
         {}},
        {"a node that is not ours to judge",
         with([](N& n) {
             n.chassis = Chassis::off;
             n.managed = false;
         }),
         {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto found = contradiction(row.node, SchedulerView{});
        CHECK(found.has_value() == row.kind.has_value());
        if (!found || !row.kind) continue;
        CHECK(found->kind == *row.kind);
        CHECK(found->text.find("n1") != std::string::npos);
        CHECK_FALSE(found->advice.empty());
    }
}

TEST_CASE("only what has a remedy is offered for repair") {
    CHECK(repairable_kinds() == std::vector<std::string>{"on_though_powered_down",
                                                         "off_though_in_service",
                                                         "down_after_resume"});
}
