#include "plugins/redfish/power_reader.h"

#include <algorithm>

namespace frugald::redfish {
namespace {

enum class Place { environment, power, sensor };

std::string path_of(const Layout& layout, Place place) {
    if (place == Place::environment) return layout.environment;
    if (place == Place::sensor) return layout.sensor;
    return layout.power_has_watts ? layout.power : std::string{};
}

void forget(Layout& layout, Place place) {
    if (place == Place::environment) layout.environment.clear();
    if (place == Place::sensor) layout.sensor.clear();
    if (place == Place::power) {
        layout.power.clear();
        layout.power_has_watts = false;
    }
}

PowerFacts interpret(const Document& document, Place place, const std::string& system) {
    if (place == Place::environment) return read_environment(document);
    if (place == Place::sensor) return read_sensor(document);
    return read_power(document, system);
}

std::string_view name(Place place) {
    if (place == Place::environment) return "redfish:environment";
    return place == Place::sensor ? "redfish:sensor" : "redfish:power";
}

/// True: the sample has watts to be believed.
bool take(const PowerFacts& facts, Place place, Chassis chassis, PowerSample& sample) {
    if (facts.energy_joules) sample.energy_joules = facts.energy_joules;
    if (!facts.supplies.empty()) sample.supplies = facts.supplies;
    const auto watts = facts.watts ? facts.watts : facts.average_watts;
    if (!watts) return false;
    if (*watts < 0 || (*watts == 0 && chassis != Chassis::off)) {
        sample.refused = *watts < 0 ? "negative" : "zero";
        return false;
    }
    sample.watts = watts;
    sample.source = facts.watts ? name(place) : "redfish:average";
    return true;
}

}  // namespace

asio::awaitable<Result<PowerSample>> read_node_power(Machine& machine, Chassis chassis) {
    PowerSample sample;
    std::optional<Error> failure;
    bool answered = false;
    for (const Place place : {Place::environment, Place::power, Place::sensor}) {
        const std::string path = path_of(*machine.layout, place);
        if (path.empty()) continue;
        const Result<Reply> reply = co_await machine.bmc.get(path, {});
        if (reply) {
            answered = true;
            const PowerFacts facts = interpret(reply->document, place, machine.layout->system);
            if (take(facts, place, chassis, sample)) break;
            continue;
        }
        const Fault fault = reply.error().fault;
        if (fault == Fault::unsupported) {
            forget(*machine.layout, place);
            continue;
        }
        failure = reply.error();
        if (fault != Fault::unparsable && fault != Fault::refused) break;
    }
    const bool given_up = failure && (!answered || failure->fault == Fault::timeout ||
                                      failure->fault == Fault::unauthorized);
    if (given_up && !sample.watts) co_return tl::unexpected(*failure);
    co_return sample;
}

asio::awaitable<std::vector<Supply>> read_supplies(Machine& machine) {
    std::vector<Supply> supplies;
    const Layout layout = *machine.layout;
    for (const std::string& path : layout.supplies) {
        const Result<Reply> reply = co_await machine.bmc.get(path, {Priority::background, nullptr});
        if (!reply) continue;
        const auto watts = read_supply_input(reply->document);
        // .../PowerSupplies/Bay1/Metrics
        const std::string supply = path.substr(0, plain_path(path).rfind('/'));
        if (watts) supplies.push_back({last_part(supply), *watts});
    }
    const bool other = supplies.empty() && !layout.power.empty() && !layout.environment.empty();
    if (!other) co_return supplies;
    const Result<Reply> reply =
        co_await machine.bmc.get(layout.power, {Priority::background, nullptr});
    if (reply) supplies = read_power(reply->document, layout.system).supplies;
    co_return supplies;
}

}  // namespace frugald::redfish
