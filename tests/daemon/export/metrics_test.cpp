#include "daemon/export/metrics.h"

#include <doctest/doctest.h>

#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;

namespace {

bool has(const std::string& text, const std::string& line) {
    return text.find(line + "\n") != text.npos;
}

Measurement reading(double value, Quality quality = Quality::good) {
    return {value, from_unix_ms(1795247216500), "dcmi", quality};
}

Snapshot one_node(Node node) {
    Snapshot now;
    node.name = "c1";
    node.has_bmc = true;
    now.nodes.emplace("c1", std::move(node));
    return now;
}

}  // namespace

TEST_CASE("a node's figures are exported with its name") {
    Node node;
    node.chassis = Chassis::on;
    node.reachable = true;
    node.power = reading(214.3);
    node.energy_total = Joules{12345};
    node.cap = CapState{Watts{400}, true, "", std::nullopt};
    node.parts.push_back({Quantity::temperature_celsius, Part::sensor, "CPU \"1\"\\", reading(55)});
    node.parts.push_back({Quantity::voltage_volts, Part::sensor, "N12V", reading(-12.1)});
    node.parts.push_back({Quantity::current_amperes, Part::psu, "PS1", reading(0.9)});
    const std::string text = render_metrics(one_node(node));
    CHECK(has(text, R"(frugald_voltage_volts{node="c1",sensor="N12V"} -12.1)"));
    CHECK(has(text, R"(frugald_current_amperes{node="c1",sensor="PS1"} 0.9)"));
    CHECK(has(text, R"(frugald_node_power_watts{node="c1",source="dcmi"} 214.3)"));
    CHECK(has(text, R"(frugald_node_energy_joules_total{node="c1"} 12345)"));
    CHECK(has(text, R"(frugald_node_power_state{node="c1",state="on"} 1)"));
    CHECK(has(text, R"(frugald_node_power_state{node="c1",state="off"} 0)"));
    CHECK(has(text, R"(frugald_node_up{node="c1"} 1)"));
    CHECK(has(text, R"(frugald_node_last_sample_timestamp_seconds{node="c1"} 1795247216.5)"));
    CHECK(has(text, R"(frugald_node_power_cap_watts{node="c1"} 400)"));
    CHECK(has(text, R"(frugald_temperature_celsius{node="c1",sensor="CPU \"1\"\\"} 55)"));
}

TEST_CASE("what is unknown, stale or not active is left out, never zero") {
    Node node;
    node.power = reading(300, Quality::stale);
    node.cap = CapState{Watts{400}, false, "", std::nullopt};
    node.parts.push_back(
        {Quantity::fan_speed_rpm, Part::sensor, "FAN1", reading(1000, Quality::stale)});
    const std::string text = render_metrics(one_node(node));
    CHECK(text.find("frugald_node_power_watts") == text.npos);
    CHECK(text.find("frugald_node_power_cap_watts") == text.npos);
    CHECK(text.find("frugald_node_energy") == text.npos);
    CHECK(text.find("frugald_fan_speed_rpm") == text.npos);
    CHECK(text.find("\nfrugald_cluster_power_watts ") == text.npos);
    CHECK(text.find("frugald_scheduler_age_seconds") == text.npos);
    CHECK(has(text, R"(frugald_node_power_state{node="c1",state="unknown"} 1)"));
    CHECK(has(text, R"(frugald_node_up{node="c1"} 0)"));
}

TEST_CASE("a node without a BMC has no power state") {
    Node node;
    Snapshot now = one_node(node);
    now.nodes["c1"].has_bmc = false;
    const std::string text = render_metrics(now);
    CHECK(text.find("c1") == text.npos);
}

TEST_CASE("sensors with the same name stay apart and bytes that are no UTF-8 do no harm") {
    Node node;
    for (const double celsius : {40, 41, 42})
        node.parts.push_back(
            {Quantity::temperature_celsius, Part::sensor, "Temp", reading(celsius)});
    node.parts.push_back(
        {Quantity::temperature_celsius, Part::sensor, "T\xb0\xc3\xa9", reading(43)});
    const std::string text = render_metrics(one_node(node));
    CHECK(has(text, R"(frugald_temperature_celsius{node="c1",sensor="Temp"} 40)"));
    CHECK(has(text, R"(frugald_temperature_celsius{node="c1",sensor="Temp #2"} 41)"));
    CHECK(has(text, R"(frugald_temperature_celsius{node="c1",sensor="Temp #3"} 42)"));
    CHECK(has(text, "frugald_temperature_celsius{node=\"c1\",sensor=\"T?\xc3\xa9\"} 43"));
}

TEST_CASE("nodes count by partition, Slurm state and chassis") {
    Snapshot now;
    for (const char* const name : {"a", "b", "c"}) {
        Node node;
        node.name = name;
        node.chassis = Chassis::on;
        SchedulerNode slurm;
        slurm.base = NodeBase::idle;
        slurm.partitions = {"batch", "all"};
        slurm.powered_down = *name == 'c';
        node.scheduler = slurm;
        now.nodes.emplace(name, node);
    }
    const std::string text = render_metrics(now);
    CHECK(has(text, R"(frugald_slurm_nodes{partition="batch",state="idle",chassis="on"} 2)"));
    CHECK(has(text, R"(frugald_slurm_nodes{partition="all",state="powered_down",chassis="on"} 1)"));
}

TEST_CASE("poll durations are a cumulative histogram") {
    Snapshot now;
    now.counters.poll_duration.record(Seconds{0.004});
    now.counters.poll_duration.record(Seconds{7});
    const std::string text = render_metrics(now);
    CHECK(has(text, R"(frugald_poll_duration_seconds_bucket{le="0.001"} 0)"));
    CHECK(has(text, R"(frugald_poll_duration_seconds_bucket{le="5"} 1)"));
    CHECK(has(text, R"(frugald_poll_duration_seconds_bucket{le="+Inf"} 2)"));
    CHECK(has(text, "frugald_poll_duration_seconds_count 2"));
}

TEST_CASE("counters begin with zero, so that the first event is an increase") {
    Snapshot now;
    now.counters.actions[{"off", "ok"}] = 3;
    const std::string text = render_metrics(now);
    CHECK(has(text, R"(frugald_actions_total{action="off",result="ok"} 3)"));
    CHECK(has(text, R"(frugald_actions_total{action="hook-resume",result="failed"} 0)"));
    CHECK(has(text, R"(frugald_guard_refusals_total{rule="N1"} 0)"));
    CHECK(has(text, R"(frugald_readings_rejected_total{reason="absurd"} 0)"));
}

TEST_CASE("no sample carries a timestamp") {
    std::istringstream lines{render_metrics(test::sample_snapshot(20))};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) continue;
        const std::size_t labels = line.find('}');
        const std::string rest = labels == line.npos ? line : line.substr(labels + 1);
        const std::string after =
            labels == line.npos ? rest.substr(rest.find(' ') + 1) : rest.substr(1);
        CAPTURE(line);
        CHECK(after.find(' ') == after.npos);
    }
}

TEST_CASE("an estimate has its own source and no time of a sample; what is suspect is left out") {
    Node node;
    node.power = reading(120, Quality::estimated);
    node.power->source = "model";
    const std::string estimated = render_metrics(one_node(node));
    CHECK(has(estimated, R"(frugald_node_power_watts{node="c1",source="model"} 120)"));
    CHECK(estimated.find("frugald_node_last_sample") == estimated.npos);
    CHECK(has(estimated, "frugald_nodes_measured 0"));
    node.power = reading(3000, Quality::suspect);
    const std::string suspect = render_metrics(one_node(node));
    CHECK(suspect.find("frugald_node_power_watts") == suspect.npos);
    CHECK(suspect.find("frugald_node_last_sample") != suspect.npos);
}
