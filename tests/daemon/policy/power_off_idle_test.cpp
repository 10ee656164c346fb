#include "daemon/policy/power_off_idle.h"

#include <doctest/doctest.h>

#include <functional>

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const SteadyTime noon = SteadyTime{} + 100h;

Node idle_node(const std::string& name, std::chrono::minutes idle_for) {
    Node node;
    node.name = name;
    node.managed = true;
    node.chassis = Chassis::on;
    SchedulerNode slurm;
    slurm.name = name;
    slurm.base = NodeBase::idle;
    slurm.partitions = {"batch"};
    node.scheduler = slurm;
    node.idle_since = noon - idle_for;
    return node;
}

Snapshot cluster(const std::vector<Node>& nodes) {
    Snapshot picture;
    picture.at.steady = noon;
    auto view = std::make_shared<SchedulerView>();
    for (const auto& node : nodes) {
        picture.nodes[node.name] = node;
        if (node.scheduler) view->nodes[node.name] = *node.scheduler;
    }
    picture.scheduler = view;
    return picture;
}

std::vector<std::string> suspended(const Snapshot& picture, unsigned spare,
                                   std::vector<std::string> partitions = {}) {
    const PowerOffIdle policy{{30min, spare, std::move(partitions)}};
    std::vector<std::string> names;
    for (const auto& action : policy.decide(picture)) {
        CHECK(action.kind == ActionKind::suspend);
        CHECK(action.actor == Actor::policy);
        CHECK_FALSE(action.reason.empty());
        names.push_back(action.node);
    }
    return names;
}

Node changed(Node node, const std::function<void(Node&)>& change) {
    change(node);
    return node;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the longest idle go, the spares stay") {
    const auto a = idle_node("a", 90min);
    const auto b = idle_node("b", 60min);
    const auto c = idle_node("c", 5min);
    CHECK(suspended(cluster({}), 0) == Names{});
    CHECK(suspended(cluster({a, b, c}), 0) == Names{"a", "b"});
    CHECK(suspended(cluster({a, b, c}), 1) == Names{"a", "b"});
    CHECK(suspended(cluster({a, b, c}), 2) == Names{"a"});
    CHECK(suspended(cluster({a, b, c}), 3) == Names{});
    CHECK(suspended(cluster({idle_node("x", 30min)}), 0) == Names{"x"});
    CHECK(suspended(cluster({idle_node("x", 29min)}), 0) == Names{});
}

TEST_CASE("what is not plainly idle, up and free is left alone") {
    using Change = std::function<void(Node&)>;
    const std::vector<std::pair<const char*, Change>> rows{
        {"busy", [](Node& n) { n.scheduler->base = NodeBase::mixed; }},
        {"unknown state", [](Node& n) { n.scheduler->base = NodeBase::unknown; }},
        {"not in Slurm", [](Node& n) { n.scheduler.reset(); }},
        {"drained", [](Node& n) { n.scheduler->drain = true; }},
        {"in maintenance", [](Node& n) { n.scheduler->maint = true; }},
        {"reserved", [](Node& n) { n.scheduler->reserved = true; }},
        {"planned for a job", [](Node& n) { n.scheduler->planned = true; }},
        {"completing", [](Node& n) { n.scheduler->completing = true; }},
        {"not responding", [](Node& n) { n.scheduler->no_respond = true; }},
        {"already going down", [](Node& n) { n.scheduler->power_down = true; }},
        {"rebooting", [](Node& n) { n.scheduler->reboot = true; }},
        {"not managed", [](Node& n) { n.managed = false; }},
        {"held", [](Node& n) { n.hold = HoldState{}; }},
        {"being worked on", [](Node& n) { n.intent = IntentState{}; }},
        {"chassis unknown", [](Node& n) { n.chassis = Chassis::unknown; }},
        {"chassis off", [](Node& n) { n.chassis = Chassis::off; }},
        {"no idle clock yet", [](Node& n) { n.idle_since.reset(); }},
    };
    for (const auto& [says, change] : rows) {
        CAPTURE(says);
        CHECK(suspended(cluster({changed(idle_node("n1", 90min), change)}), 0) == Names{});
    }
}

TEST_CASE("Slurm's exclusions and other partitions are respected") {
    auto picture = cluster({idle_node("a", 90min), idle_node("b", 90min)});
    auto view = std::make_shared<SchedulerView>(*picture.scheduler);
    view->suspend_excluded_nodes = {"a"};
    picture.scheduler = view;
    CHECK(suspended(picture, 0) == Names{"b"});
    CHECK(suspended(picture, 0, {"gpu"}) == Names{});
    CHECK(suspended(picture, 0, {"gpu", "batch"}) == Names{"b"});
    picture.scheduler.reset();
    CHECK(suspended(picture, 0) == Names{});
}
