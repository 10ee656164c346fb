#include "tests/room/chassis.h"

#include "tests/room/machine/machines.h"

namespace frugald::room {

namespace {
constexpr std::uint8_t on_by_command = 0x10;
}

const char* to_string(ChassisAction action) {
    constexpr std::array names = {"off", "on", "cycle", "reset", "diagnostic", "soft"};
    return names[static_cast<std::size_t>(action)];
}

void Chassis::command(Node& node, ChassisAction action) {
    switch (action) {
        case ChassisAction::on:
            return on(node);
        case ChassisAction::off:
            return off(node);
        case ChassisAction::soft:
            return soft(node);
        case ChassisAction::reset:
            off(node);
            return on(node);
        case ChassisAction::cycle:
            off(node);
            return later(node, node.kind->cycle_off, [this, &node] { on(node); });
        case ChassisAction::diagnostic:
            return;  // an interrupt to an operating system that does not mind
    }
}

void Chassis::on(Node& node) {
    if (node.power.on()) return;
    ++node.power_generation;
    const bool slow = node.faults.has(FaultKind::boot);
    const Seconds boot = slow ? Seconds(node.faults.value(FaultKind::boot)) : node.kind->boot;
    node.power.switch_on(loop_.now(), boot);
    node.last_event = on_by_command;
    journal_.acted(node.name, "-", "power_on");
    machines_.start(node, boot);
}

void Chassis::off(Node& node) {
    if (!node.power.on()) return;
    ++node.power_generation;
    node.power.switch_off(loop_.now());
    node.last_event = 0;
    journal_.acted(node.name, "-", "power_off");
    machines_.cut(node);
}

void Chassis::soft(Node& node) {
    if (!node.power.on() || node.faults.has(FaultKind::nosoft)) return;
    if (machines_.shut_down(node)) return;  // the power goes when the machine has ended
    later(node, node.kind->shutdown, [this, &node] { off(node); });
}

void Chassis::machine_ended(Node& node) {
    if (node.machine.start_again) {
        node.machine.start_again = false;
        const bool slow = node.faults.has(FaultKind::boot);
        machines_.start(node, slow ? Seconds(node.faults.value(FaultKind::boot)) : node.kind->boot);
        return;
    }
    off(node);
}

void Chassis::later(Node& node, Seconds delay, std::function<void()> task) {
    loop_.in(delay, [&node, generation = node.power_generation, task = std::move(task)] {
        if (node.power_generation == generation) task();
    });
}

}  // namespace frugald::room
