#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/core/reading.h"
#include "plugins/ipmi/message.h"
#include "plugins/ipmi/sdr.h"

// What an answer about power is worth (fault B8).
namespace frugald::ipmi {

enum class Trouble : std::uint8_t {
    none,
    refused,       // by a completion code
    empty,         // completed, without a reading
    foreign,       // not the command's answer
    not_measured,  // the BMC says that it does not measure
    zero,          // 0 W of a node that is not off
    sentinel,      // all bits set: "no reading"
    no_value,      // a sensor has none now
    silent,
};

struct Judged {
    std::optional<double> watts;  // absent: `trouble` says why, or nothing was asked
    Trouble trouble = Trouble::none;
    std::uint8_t completion_code = 0;
};

Judged believe(double watts, Chassis chassis);
Judged judge_dcmi(const Answer& answer, Chassis chassis);
Judged judge_node_manager(const Answer& answer, Chassis chassis);
Judged judge_sensor(const Answer& answer, const Sensor& sensor, bool ignore_scanning,
                    Chassis chassis);

/// Whoever said so never will say anything else in this session.
bool is_final(const Judged& judged);
std::string explain(Trouble trouble, std::uint8_t completion_code);

/// Raw reading of a sensor that has none.
inline constexpr std::uint8_t no_reading = 0xff;

/// The sensor of the whole node, if there is one; the power supplies' inputs.
std::vector<std::size_t> whole_node_sensor(const SensorTable& table);
std::vector<std::size_t> supply_inputs(const SensorTable& table);

}  // namespace frugald::ipmi
