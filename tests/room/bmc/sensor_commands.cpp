#include "tests/room/bmc/command.h"
#include "tests/room/bmc/records.h"

namespace frugald::room {

namespace {

constexpr std::uint8_t scanning = 0xc0, events_only = 0x80, unavailable = 0x20;

Completion reading(CommandContext& context, View request, Packet& answer) {
    const SensorTable& table = context.node.sensors();
    if (request[0] == table.supply_status()) {
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
    const bool scanned = sensor->presence != Presence::not_scanned;
    const bool there = raw && sensor->presence != Presence::unavailable;
    answer.put8((scanned ? scanning : events_only) | (there ? 0U : unavailable));
    const bool warning = raw && *raw >= sensor->warning;
    const bool critical = raw && *raw >= sensor->critical;
    answer.put8(0xc0U | (warning ? 0x08U : 0U) | (critical ? 0x10U : 0U));
    return Completion::ok;
}

Completion thresholds(CommandContext& context, View request, Packet& answer) {
    const Sensor* sensor = context.node.sensors().find(request[0]);
    if (sensor == nullptr) return Completion::no_such_record;
    answer.put8(0x18);  // only upper non-critical and upper critical are set
    answer.fill(3);
    answer.put8(sensor->warning);
    answer.put8(sensor->critical);
    answer.put8(0);
    return Completion::ok;
}

Completion hysteresis(CommandContext& context, View request, Packet& answer) {
    if (context.node.sensors().find(request[0]) == nullptr) return Completion::no_such_record;
    answer.put16(0x0101);
    return Completion::ok;
}

/// Of a sensor without one formula: the larger the reading, the steeper (IPMI 2.0, 35.5).
Completion reading_factors(CommandContext& context, View request, Packet& answer) {
    if (context.node.sensors().find(request[0]) == nullptr) return Completion::no_such_record;
    const bool steep = request[1] >= 128;
    const unsigned multiplier = steep ? 3 : 1;
    const int offset = steep ? -256 : 0;  // both meet at 128
    const unsigned offset_bits = static_cast<unsigned>(offset) & 0x3ffU;
    answer.put8(steep ? 0xff : 128);  // the next reading with other factors
    answer.put16(multiplier);
    answer.put8(offset_bits & 0xffU);
    answer.put8((offset_bits >> 8) << 6);
    answer.put8(0);
    answer.put8(0xf0);  // a tenth
    return Completion::ok;
}

Completion event_enable(CommandContext&, View, Packet& answer) {
    answer.put8(scanning);
    answer.fill(4);
    return Completion::ok;
}

// Device records: only a BMC without a repository has them.
bool has_device_records(const CommandContext& context) {
    return context.node.faults.has(FaultKind::no_repository);
}

Completion device_records_info(CommandContext& context, View, Packet& answer) {
    if (!has_device_records(context)) return Completion::invalid_command;
    constexpr unsigned dynamic = 0x80, on_lun_0 = 0x01;
    answer.put8(static_cast<unsigned>(context.node.sensors().records().size()));
    answer.put8(dynamic | on_lun_0);
    answer.put32(context.node.sdr_time);
    return Completion::ok;
}

Completion get_device_record(CommandContext& context, View request, Packet& answer) {
    if (!has_device_records(context)) return Completion::invalid_command;
    return hand_out_record(context, request, answer);
}

Completion reserve_device_records(CommandContext& context, View, Packet& answer) {
    if (!has_device_records(context)) return Completion::invalid_command;
    return reserve_records(context, answer);
}

constexpr std::array commands = {
    Command{sensor_function, 0x20, 2, 0, false, device_records_info},
    Command{sensor_function, 0x21, 2, 6, false, get_device_record},
    Command{sensor_function, 0x22, 2, 0, false, reserve_device_records},
    Command{sensor_function, 0x23, 2, 2, false, reading_factors},
    Command{sensor_function, 0x2d, 2, 1, false, reading},
    Command{sensor_function, 0x27, 2, 1, false, thresholds},
    Command{sensor_function, 0x25, 2, 2, false, hysteresis},
    Command{sensor_function, 0x29, 2, 1, false, event_enable},
};

}  // namespace

std::span<const Command> sensor_commands() { return commands; }

}  // namespace frugald::room
