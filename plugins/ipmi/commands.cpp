#include "plugins/ipmi/commands.h"

#include <fmt/format.h>

#include "plugins/ipmi/fiid.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t dcmi = IPMI_NET_FN_GROUP_EXTENSION_IDENTIFICATION_DCMI;
constexpr std::uint8_t no_exception_action = 0;
constexpr std::uint8_t no_active_limit = 0x80;

Request dcmi_request(Buffer<48> bytes) { return {IPMI_NET_FN_GROUP_EXTENSION_RQ, 0, bytes}; }

}  // namespace

Request get_device_id() { return {IPMI_NET_FN_APP_RQ, 0, {0x01}}; }

Request get_chassis_status() { return {IPMI_NET_FN_CHASSIS_RQ, 0, {0x01}}; }

Request chassis_control(PowerCommand command) {
    std::uint8_t code = 0;
    switch (command) {
        case PowerCommand::off:
            code = 0;
            break;
        case PowerCommand::on:
            code = 1;
            break;
        case PowerCommand::cycle:
            code = 2;
            break;
        case PowerCommand::soft:
            code = 5;
            break;
    }
    return {IPMI_NET_FN_CHASSIS_RQ, 0, {0x02, code}};
}

Request get_sensor_reading(std::uint8_t number, std::uint8_t lun) {
    return {IPMI_NET_FN_SENSOR_EVENT_RQ, lun, {0x2d, number}};
}

Request get_power_reading() { return dcmi_request({0x02, dcmi, 1, 0, 0}); }

Request get_power_limit() { return dcmi_request({0x03, dcmi, 0, 0}); }

Request set_power_limit(const PowerLimit& limit) {
    return dcmi_request({0x04, dcmi, 0, 0, 0, no_exception_action, byte_of(limit.watts, 0),
                         byte_of(limit.watts, 1), byte_of(limit.correction_ms, 0),
                         byte_of(limit.correction_ms, 1), byte_of(limit.correction_ms, 2),
                         byte_of(limit.correction_ms, 3), 0, 0, byte_of(limit.period_s, 0),
                         byte_of(limit.period_s, 1)});
}

Request activate_power_limit(bool active) {
    return dcmi_request({0x05, dcmi, active ? std::uint8_t{1} : std::uint8_t{0}, 0, 0});
}

bool is_dcmi(const Answer& answer) { return answer.data.size() >= 1 && answer.data[0] == dcmi; }

Chassis parse_chassis_status(const Answer& answer) {
    if (!answer.completed() || answer.data.size() < 3) return Chassis::unknown;
    return answer.data[0] & 1 ? Chassis::on : Chassis::off;
}

std::optional<PowerReading> parse_power_reading(const Answer& answer) {
    if (!answer.completed() || !is_dcmi(answer) || answer.data.size() < 18) return std::nullopt;
    return PowerReading{le16(answer.data, 1), (answer.data[17] & 0x40) != 0};
}

std::optional<PowerLimitReading> parse_power_limit(const Answer& answer) {
    if (!answer.completed() && answer.completion_code != no_active_limit) return std::nullopt;
    if (!is_dcmi(answer) || answer.data.size() < 14) return std::nullopt;
    return PowerLimitReading{answer.completed(),
                             {.watts = le16(answer.data, 4),
                              .correction_ms = le32(answer.data, 6),
                              .period_s = le16(answer.data, 12)}};
}

std::optional<RawSensorReading> parse_sensor_reading(const Answer& answer) {
    if (!answer.completed() || answer.data.size() < 2) return std::nullopt;
    return RawSensorReading{answer.data[0], (answer.data[1] & 0x20) == 0,
                            (answer.data[1] & 0x40) != 0};
}

std::string explain(std::uint8_t completion_code) {
    const char* meaning = "see IPMI 2.0 table 5-2";
    switch (completion_code) {
        case 0x84:
            meaning = "the power limit is out of its range";
            break;
        case 0x85:
            meaning = "the correction time is out of its range";
            break;
        case 0x89:
            meaning = "the statistics period is out of its range";
            break;
        case 0xc0:
            meaning = "it is busy";
            break;
        case 0xc1:
            meaning = "it does not know the command";
            break;
        case 0xc3:
            meaning = "it ran out of time";
            break;
        case 0xc7:
        case 0xc8:
        case 0xc9:
        case 0xcc:
            meaning = "it does not accept the request's data";
            break;
        case 0xcb:
            meaning = "it has no such sensor or record";
            break;
        case 0xd4:
            meaning = "the session's privilege is too low; raise `privilege`";
            break;
        case 0xd5:
            meaning = "it cannot do that in its present state";
            break;
        case 0xd6:
            meaning = "the function is disabled";
            break;
    }
    return fmt::format("completion code {:02x}h: {}", completion_code, meaning);
}

bool is_permanent(std::uint8_t completion_code) {
    switch (completion_code) {
        case 0xc1:
        case 0xc2:
        case 0xc7:
        case 0xcb:
        case 0xcc:
        case 0xd4:
        case 0xd6:
            return true;
        default:
            return false;
    }
}

}  // namespace frugald::ipmi
