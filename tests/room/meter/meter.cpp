#include "tests/room/meter/meter.h"

#include <bit>

namespace frugald::room {

namespace {

using Registers = std::map<std::uint16_t, std::uint16_t>;

void put(Registers& registers, std::uint16_t first, std::uint64_t bits, unsigned words) {
    for (unsigned word = 0; word < words; ++word)
        registers[static_cast<std::uint16_t>(first + word)] =
            static_cast<std::uint16_t>(bits >> (16 * (words - 1 - word)));
}

void put_float(Registers& registers, std::uint16_t first, double value) {
    put(registers, first, std::bit_cast<std::uint32_t>(static_cast<float>(value)), 2);
}

}  // namespace

double Meter::watts(TimePoint now) const {
    double sum = 0;
    for (Node* node : nodes) sum += node->power.watts(now);
    return sum * overhead;
}

double Meter::watt_hours(TimePoint now) const {
    constexpr double joules = 3600;
    double sum = 0;
    for (Node* node : nodes) sum += node->power.energy(now).value;
    return start_watt_hours + sum * overhead / joules;
}

std::map<std::uint16_t, std::uint16_t> Meter::registers(TimePoint now) const {
    constexpr unsigned phases = 3;
    constexpr double power_factor = 0.96, hertz = 50, kilo = 1000;
    Registers all;
    const double total = watts(now);
    const double energy = watt_hours(now);
    for (unsigned phase = 0; phase < phases; ++phase) {
        const auto step = static_cast<std::uint16_t>(2 * phase);
        const double share = total / phases;
        put_float(all, static_cast<std::uint16_t>(2999 + step), share / (volts * power_factor));
        put_float(all, static_cast<std::uint16_t>(3027 + step), volts);
        put_float(all, static_cast<std::uint16_t>(3053 + step), share / kilo);
    }
    put_float(all, 3059, total / kilo);
    put_float(all, 3109, hertz);
    put_float(all, 2699, energy / kilo);
    put(all, 3203, static_cast<std::uint64_t>(energy), 4);
    return all;
}

}  // namespace frugald::room
