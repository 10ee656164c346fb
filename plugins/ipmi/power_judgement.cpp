#include "plugins/ipmi/power_judgement.h"

#include <algorithm>

#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/node_manager.h"

namespace frugald::ipmi {
namespace {

constexpr double sentinel_watts = 65535;  // all bits of every 16-bit field of watts

bool is_supply(const Sensor& sensor) {
    return sensor.quantity == Quantity::power_watts && sensor.part == Part::psu;
}

bool names_an_output(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name.find("out") != std::string::npos;
}

Judged judge(const std::optional<PowerReading>& reading, Chassis chassis) {
    if (!reading->active) return {std::nullopt, Trouble::not_measured};
    return believe(reading->watts, chassis);
}

}  // namespace

Judged believe(double watts, Chassis chassis) {
    if (watts >= sentinel_watts) return {std::nullopt, Trouble::sentinel};
    if (watts <= 0 && chassis != Chassis::off) return {std::nullopt, Trouble::zero};
    if (watts < 0) return {std::nullopt, Trouble::no_value};
    return {watts};
}

Judged judge_dcmi(const Answer& answer, Chassis chassis) {
    if (!answer.completed()) return {std::nullopt, Trouble::refused, answer.completion_code};
    if (const auto reading = parse_power_reading(answer)) return judge(reading, chassis);
    const bool empty = answer.data.size() == 0 || is_dcmi(answer);
    return {std::nullopt, empty ? Trouble::empty : Trouble::foreign};
}

Judged judge_node_manager(const Answer& answer, Chassis chassis) {
    if (!answer.completed()) return {std::nullopt, Trouble::refused, answer.completion_code};
    if (const auto reading = parse_node_manager_statistics(answer)) return judge(reading, chassis);
    return {std::nullopt, Trouble::foreign};
}

Judged judge_sensor(const Answer& answer, const Sensor& sensor, bool ignore_scanning,
                    Chassis chassis) {
    if (!answer.completed()) return {std::nullopt, Trouble::refused, answer.completion_code};
    const auto reading = parse_sensor_reading(answer);
    if (!reading || !reading->available || (!reading->scanning && !ignore_scanning))
        return {std::nullopt, Trouble::no_value};
    if (reading->raw == no_reading) return {std::nullopt, Trouble::sentinel};
    const auto watts = sensor.value(reading->raw);
    return watts ? believe(*watts, chassis) : Judged{std::nullopt, Trouble::no_value};
}

bool is_final(const Judged& judged) {
    return judged.trouble == Trouble::foreign ||
           (judged.trouble == Trouble::refused && is_permanent(judged.completion_code));
}

std::string explain(Trouble trouble, std::uint8_t completion_code) {
    switch (trouble) {
        case Trouble::none:
            return {};
        case Trouble::refused:
            return explain(completion_code);
        case Trouble::empty:
            return "the answer is empty";
        case Trouble::foreign:
            return "the answer is another command's";
        case Trouble::not_measured:
            return "it says that it does not measure power";
        case Trouble::zero:
            return "it says 0 W for a node that is not off";
        case Trouble::sentinel:
            return "it says 65535 W, which means no reading";
        case Trouble::no_value:
            return "it has no value now";
        case Trouble::silent:
            return "it does not answer";
    }
    return {};
}

std::vector<std::size_t> whole_node_sensor(const SensorTable& table) {
    const auto& found = table.node_power;
    return found.size() == 1 && !is_supply(table.sensors[found.front()])
               ? found
               : std::vector<std::size_t>{};
}

std::vector<std::size_t> supply_inputs(const SensorTable& table) {
    const auto& chosen = table.node_power;
    if (!chosen.empty() && is_supply(table.sensors[chosen.front()])) return chosen;
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < table.sensors.size(); ++i)
        if (is_supply(table.sensors[i]) && !names_an_output(table.sensors[i].name))
            found.push_back(i);
    return found;
}

}  // namespace frugald::ipmi
