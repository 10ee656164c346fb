#include "plugins/ipmi/power_source.h"

#include <fmt/format.h>

#include "plugins/ipmi/commands.h"

namespace frugald::ipmi {

const Request* PowerSource::single() const {
    static const Request dcmi = get_power_reading();
    return dcmi_works_ ? &dcmi : nullptr;
}

std::optional<PowerSample> PowerSource::take_single(const Answer& answer, Chassis chassis) {
    const auto reading = parse_power_reading(answer);
    dcmi_works_ = reading && reading->active && (reading->watts > 0 || chassis == Chassis::off);
    if (!dcmi_works_) return std::nullopt;
    return PowerSample{static_cast<double>(reading->watts), "dcmi"};
}

asio::awaitable<Result<std::optional<PowerSample>>> PowerSource::read(Chassis chassis,
                                                                      const SensorTable* sensors) {
    if (bmc_.session_count() != session_) {
        session_ = bmc_.session_count();
        dcmi_possible_ = true;
    }
    if (dcmi_possible_) {
        const Result<std::optional<double>> watts = co_await read_dcmi(chassis);
        if (!watts) co_return tl::unexpected(watts.error());
        if (*watts) co_return PowerSample{**watts, "dcmi"};
    }
    if (sensors && !sensors->node_power.empty()) {
        const Result<std::optional<double>> watts = co_await read_sensors(*sensors);
        if (!watts) co_return tl::unexpected(watts.error());
        if (*watts) co_return PowerSample{**watts, "sdr"};
    }
    co_return std::nullopt;
}

asio::awaitable<Result<std::optional<double>>> PowerSource::read_dcmi(Chassis chassis) {
    const Result<Answer> answer = co_await bmc_.ask(Priority::power, get_power_reading());
    if (!answer) co_return tl::unexpected(answer.error());
    const auto reading = parse_power_reading(*answer);
    if (const auto sample = take_single(*answer, chassis)) co_return double{sample->watts};
    dcmi_failed_ = true;
    if (!reading) {
        if (answer->completed() || is_permanent(answer->completion_code)) dcmi_possible_ = false;
        reason_ = fmt::format(
            "DCMI Get Power Reading fails ({})",
            answer->completed() ? "the answer is not DCMI's" : explain(answer->completion_code));
    } else if (!reading->active) {
        reason_ = "DCMI says that it does not measure power";
    } else {
        reason_ = "DCMI says 0 W for a node that is not off";
    }
    co_return std::nullopt;
}

asio::awaitable<Result<std::optional<double>>> PowerSource::read_sensors(
    const SensorTable& sensors) {
    double sum = 0;
    for (const std::size_t index : sensors.node_power) {
        const Result<std::optional<double>> watts =
            co_await read_sensor(bmc_, sensors.sensors[index], Priority::power);
        if (!watts) co_return tl::unexpected(watts.error());
        // A sum without one of its parts would be a wrong number, not a smaller one.
        if (!*watts) co_return std::nullopt;
        sum += **watts;
    }
    co_return sum;
}

}  // namespace frugald::ipmi
