#include "tests/room/bmc/command.h"

namespace frugald::room {

namespace {

constexpr std::uint8_t scanning = 0xc0, unavailable = 0x20;

Completion reading(CommandContext& context, View request, Packet& answer) {
    const SensorTable& table = context.node.kind->sensors;
    if (request[0] == SensorTable::supply_status) {
        answer.put8(0);
        answer.put8(scanning);
        answer.put16(0x8001);  // present
        return Completion::ok;
    }
    const Sensor* sensor = table.find(request[0]);
    if (sensor == nullptr) return Completion::no_such_record;
    auto raw = table.raw(*sensor, context.node.vitals(context.now));
    const Faults& faults = context.node.faults;
    if (sensor->quantity == Quantity::node_watts && faults.has(FaultKind::watt_sensor))
        raw = static_cast<std::uint8_t>(faults.value(FaultKind::watt_sensor));
    answer.put8(raw.value_or(0));
    answer.put8(scanning | (raw ? 0U : unavailable));
    const bool warning = raw && *raw >= sensor->warning;
    const bool critical = raw && *raw >= sensor->critical;
    answer.put8(0xc0U | (warning ? 0x08U : 0U) | (critical ? 0x10U : 0U));
    return Completion::ok;
}

Completion thresholds(CommandContext& context, View request, Packet& answer) {
    const Sensor* sensor = context.node.kind->sensors.find(request[0]);
    if (sensor == nullptr) return Completion::no_such_record;
    answer.put8(0x18);  // only upper non-critical and upper critical are set
    answer.fill(3);
    answer.put8(sensor->warning);
    answer.put8(sensor->critical);
    answer.put8(0);
    return Completion::ok;
}

Completion hysteresis(CommandContext& context, View request, Packet& answer) {
    if (context.node.kind->sensors.find(request[0]) == nullptr) return Completion::no_such_record;
    answer.put16(0x0101);
    return Completion::ok;
}

Completion event_enable(CommandContext&, View, Packet& answer) {
    answer.put8(scanning);
    answer.fill(4);
    return Completion::ok;
}

constexpr std::array commands = {
    Command{sensor_function, 0x2d, 2, 1, false, reading},
    Command{sensor_function, 0x27, 2, 1, false, thresholds},
    Command{sensor_function, 0x25, 2, 2, false, hysteresis},
    Command{sensor_function, 0x29, 2, 1, false, event_enable},
};

}  // namespace

std::span<const Command> sensor_commands() { return commands; }

}  // namespace frugald::room
