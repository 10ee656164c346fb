#pragma once

#include <optional>

#include "daemon/core/reading.h"
#include "daemon/core/units.h"
#include "daemon/ports/actuator.h"
#include "plugins/ipmi/message.h"

// The commands frugald knows, as bytes: IPMI 2.0 (the section in brackets) and DCMI 1.5. Parsers
// answer nothing when the answer is too short or is not the command's.
namespace frugald::ipmi {

Request get_device_id();                                            // [20.1] also the keep-alive
Request get_chassis_status();                                       // [28.2]
Request chassis_control(PowerCommand command);                      // [28.3]
Request get_sensor_reading(std::uint8_t number, std::uint8_t lun);  // [35.14]

Request get_power_reading();  // DCMI [6.6.1], mode 1: the whole system
Request get_power_limit();    // DCMI [6.6.2]
/// DCMI [6.6.3]. The exception action is always 0, "none": no other value can be encoded here
/// (safety.md N6).
struct PowerLimit {
    std::uint16_t watts = 0;
    std::uint32_t correction_ms = 0;  // how soon the node must be under it
    std::uint16_t period_s = 0;       // of the statistics it is judged by
};
Request set_power_limit(const PowerLimit& limit);
Request activate_power_limit(bool active);  // DCMI [6.6.4]

Chassis parse_chassis_status(const Answer& answer);

struct PowerReading {
    std::uint16_t watts = 0;
    bool active = false;  // the BMC measures
};
std::optional<PowerReading> parse_power_reading(const Answer& answer);

/// Completion code 80h, "no active limit", comes with the same data.
struct PowerLimitReading {
    bool active = false;
    PowerLimit limit;
};
std::optional<PowerLimitReading> parse_power_limit(const Answer& answer);

/// DCMI answers repeat the group extension DCh; one without it is another command's.
bool is_dcmi(const Answer& answer);

struct RawSensorReading {
    std::uint8_t raw = 0;
    bool available = false;
    bool scanning = false;
};
std::optional<RawSensorReading> parse_sensor_reading(const Answer& answer);

/// Completion codes in words [5.2], with DCMI's own: "C1h, it does not know the command".
std::string explain(std::uint8_t completion_code);
/// The BMC will never do this: do not ask again in this session.
bool is_permanent(std::uint8_t completion_code);

}  // namespace frugald::ipmi
