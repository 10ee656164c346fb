#include "tests/daemon/export/sample_snapshot.h"

#include <fmt/format.h>

#include <cmath>

#include "daemon/core/pue_picture.h"
#include "daemon/core/tree_picture.h"

namespace frugald::test {

namespace {

using std::chrono::seconds;

struct Sampler {
    Snapshot now;
    std::shared_ptr<SchedulerView> scheduler = std::make_shared<SchedulerView>();
    unsigned round = 0;

    Measurement measure(double value, const char* source) const {
        return {value, now.at.wall - seconds{1}, source, Quality::good};
    }
    double wobble(unsigned i) const { return std::sin(0.7 * i + 0.3 * round); }

    void add_parts(Node& node, unsigned i, bool on) const {
        const auto add = [&](Quantity quantity, Part part, std::string name, double value) {
            node.parts.push_back({quantity, part, std::move(name), measure(value, "sdr")});
        };
        for (unsigned cpu = 1; cpu <= 4; ++cpu)
            add(Quantity::temperature_celsius, Part::sensor, fmt::format("CPU{} Temp", cpu),
                on ? 55 + 8 * wobble(i + cpu) : 24);
        add(Quantity::temperature_celsius, Part::sensor, "Inlet Temp", 22 + wobble(i));
        for (unsigned fan = 1; fan <= 5; ++fan)
            add(Quantity::fan_speed_rpm, Part::sensor, fmt::format("FAN{}", fan),
                on ? 6000 + 500 * wobble(i + fan) : 0);
        for (unsigned supply = 1; supply <= 2; ++supply)
            add(Quantity::power_watts, Part::psu, fmt::format("PS{}", supply),
                node.power->value / 2);
        if (i != 1) return;  // few BMCs are asked for these
        add(Quantity::voltage_volts, Part::sensor, "P12V", 12.1);
        add(Quantity::current_amperes, Part::psu, "PS1", 0.9);
    }

    void add_scheduler(Node& node, unsigned i, bool on) const {
        SchedulerNode slurm;
        slurm.name = node.name;
        slurm.partitions = {i % 10 == 0 ? "gpu" : "batch"};
        slurm.base = on && i % 3 != 0 ? NodeBase::allocated : NodeBase::idle;
        slurm.allocated_cpus = slurm.base == NodeBase::allocated ? 64 : 0;
        slurm.powered_down = !on;
        slurm.state_text = on ? to_string(slurm.base) : "idle~";
        node.scheduler = slurm;
        if (on && slurm.base == NodeBase::idle) node.idle_since = now.at.steady - seconds{300};
    }

    void add_node(unsigned i) {
        Node node;
        node.name = fmt::format("c{:04}", i);
        node.managed = i % 2 == 0;
        node.has_bmc = true;
        const bool on = i % 4 != 0;
        node.chassis = on ? Chassis::on : Chassis::off;
        node.chassis_at = node.last_answer = now.at.wall - seconds{1};
        node.reachable = true;
        node.power = measure(on ? 350 + 120 * wobble(i) : 11, "dcmi");
        node.energy_total = Joules{1e6 + 300.0 * i + 400.0 * round};
        add_parts(node, i, on);
        add_scheduler(node, i, on);
        if (i % 7 == 1)
            node.cap = CapState{Watts{400}, true, "uid 0 (root)", now.at.wall + seconds{600}};
        if (i == 2) silence(node);
        if (i == 4)
            node.disagreement = DisagreementState{
                "on_though_powered_down", now.at.wall - seconds{200},
                "Slurm shows it as idle~, but its chassis is on", "frugalctl power off"};
        if (i == 3) node.power->quality = Quality::stale;
        now.nodes.emplace(node.name, std::move(node));
    }

    void silence(Node& node) const {
        node.chassis = Chassis::unknown;
        node.reachable = false;
        node.failure = "no answer within 5 s";
        node.power->quality = Quality::stale;
        for (PartMeasurement& part : node.parts) part.measured.quality = Quality::stale;
    }

    void add_pdu(unsigned i, unsigned nodes) {
        Device pdu;
        pdu.name = fmt::format("pdu{}", i);
        pdu.model = "apc-rpdu2";
        pdu.reachable = true;
        pdu.last_answer = now.at.wall - seconds{3};
        const auto add = [&](Quantity quantity, Part part, std::string name, double value) {
            pdu.parts.push_back({quantity, part, std::move(name), measure(value, "snmp")});
        };
        add(Quantity::power_watts, Part::total, "", 5200 + 300 * wobble(i));
        for (unsigned line = 1; line <= 3; ++line)
            add(Quantity::current_amperes, Part::line, fmt::format("L{}", line),
                8 + wobble(i + line));
        for (unsigned outlet = 1; outlet <= 20 && i * 20 + outlet <= nodes; ++outlet) {
            const std::string name = fmt::format("{}", outlet);
            add(Quantity::power_watts, Part::outlet, name, 260 + 40 * wobble(outlet));
            pdu.outlet_nodes[name] = fmt::format("c{:04}", i * 20 + outlet);
        }
        now.devices.emplace(pdu.name, std::move(pdu));
    }

    void add_meter() {
        Device meter;
        meter.name = "room";
        meter.kind = DeviceKind::meter;
        meter.reachable = true;
        meter.last_answer = now.at.wall - seconds{2};
        meter.parts.push_back({Quantity::power_watts, Part::total, "", measure(90000, "modbus")});
        meter.parts.push_back(
            {Quantity::energy_joules, Part::total, "", measure(4e9 + 9e4 * round, "modbus")});
        now.devices.emplace(meter.name, std::move(meter));
    }

    void add_pue() {
        using std::chrono::hours;
        const auto figure = [this](const char* period, hours length, double value) {
            PueFigure of;
            of.period = period;
            of.to = now.at.wall;
            of.from = of.to - length;
            of.state = PueState::complete;
            of.value = value;
            of.uncertainty = 0.02;
            of.coverage = 0.995;
            of.covered = length * 0.995;
            of.it = Joules{80e3 * of.covered.count()};
            of.facility = of.it * value;
            return of;
        };
        auto pue = std::make_shared<PuePicture>();
        pue->category = "PUE2";
        pue->sources = {{"room", "facility", "counter", Watts{90e3}, now.at.wall, ""},
                        {"pdu0", "it", "power", std::nullopt, std::nullopt, "no answer yet"}};
        pue->live = figure("live", hours{1}, 1.25);
        pue->day = figure("2026-11-21", hours{8}, 1.26);
        pue->month = figure("2026-11", hours{500}, 1.31);
        pue->month.state = PueState::incomplete;
        pue->month.coverage = 0.7;
        pue->month.note = "both sides were measured in 70 % of the time only";
        pue->year = figure("2026", hours{8000}, 0);
        pue->year.state = PueState::insufficient;
        pue->year.value = pue->year.uncertainty = std::nullopt;
        pue->year.note = "both sides were measured in 20 % of the time, less than 50 %";
        auto below = figure("2026-11-19", hours{24}, 0.9);
        below.state = PueState::impossible;
        below.note = "below 1 is impossible";
        pue->past = std::make_shared<const std::vector<PueFigure>>(std::vector<PueFigure>{
            below, figure("2026-11-20", hours{24}, 1.27), figure("2026-10", hours{744}, 1.3)});
        now.pue = std::move(pue);
    }

    /// A room above one feed, of whose meters one is suspect.
    void add_tree() {
        TreeLevel room, rack;
        room.name = "room";
        room.kind = "room";
        room.measured_by = "meter room";
        room.measured = room.used = Watts{90000};
        room.limit = Watts{100000};
        room.headroom = Watts{10000};
        rack.name = "rack1-a";
        rack.parent = "room";
        rack.redundant_with = "rack1-b";
        rack.measured_by = "pdu rack1-a";
        rack.nodes = {Watts{5100}, 19, 20};
        rack.lines = {{"L1", 8.25}, {"L2", std::nullopt}};
        rack.limit = Watts{6000};
        TreePicture tree{{room, rack}, {}};
        tree.suspicions.push_back({"pdu rack1-a", "stuck", "it has said 5000 W", now.at.wall});
        now.tree = std::make_shared<const TreePicture>(std::move(tree));
    }

    void add_totals() {
        now.mode = "guarded";
        double sum = 0;
        for (const auto& [name, node] : now.nodes)
            if (node.power && node.power->quality == Quality::good) {
                sum += node.power->value;
                ++now.nodes_measured;
            }
        now.cluster_power = Watts{sum};
        now.counters.actions[{"off", "ok"}] = 10 + round;
        now.counters.actions[{"on", "failed"}] = 1;
        now.counters.guard_refusals["N1"] = 2 + round;
        now.counters.readings_rejected["absurd"] = 5;
        for (unsigned i = 0; i < 100 + round; ++i)
            now.counters.poll_duration.record(Seconds{0.002 * (i % 40)});
        now.modules.push_back({"ipmi", true, "0.1.0"});
        now.config_loaded_at = now.at.wall - seconds{3600};
    }
};

}  // namespace

Snapshot sample_snapshot(unsigned nodes, unsigned round) {
    Sampler sampler;
    sampler.round = round;
    Snapshot& now = sampler.now;
    now.at = Instant::now();
    now.started = now.at.steady - std::chrono::hours{1};
    sampler.scheduler->read_at = now.at;
    sampler.scheduler->version = "22.05.8";
    now.scheduler = sampler.scheduler;
    for (unsigned i = 1; i <= nodes; ++i) sampler.add_node(i);
    for (unsigned i = 0; i * 20 < nodes; ++i) sampler.add_pdu(i, nodes);
    sampler.add_meter();
    sampler.add_pue();
    sampler.add_tree();
    sampler.add_totals();
    return std::move(sampler.now);
}

}  // namespace frugald::test
