#include "plugins/ipmi/factors.h"

#include <freeipmi/freeipmi.h>

namespace frugald::ipmi {
namespace {

// A two's complement number of so many bits.
int signed_bits(unsigned value, unsigned bits) {
    const unsigned sign = 1U << (bits - 1);
    return static_cast<int>(value & (sign - 1)) - static_cast<int>(value & sign);
}

// Eight low bits, and two high ones on top of the byte after them.
std::int16_t ten_bits(Bytes data, std::size_t at) {
    const unsigned value = data[at] | (data[at + 1] & 0xc0U) << 2;
    return static_cast<std::int16_t>(signed_bits(value, 10));
}

}  // namespace

Request get_sensor_reading_factors(const Sensor& sensor, std::uint8_t raw) {
    return {IPMI_NET_FN_SENSOR_EVENT_RQ, sensor.lun, {0x23, sensor.number, raw}};
}

std::optional<Factors> parse_sensor_reading_factors(const Answer& answer) {
    constexpr std::size_t size = 7;
    if (!answer.completed() || answer.data.size() < size) return std::nullopt;
    const Bytes data = answer.data;
    Factors factors;
    factors.m = ten_bits(data, 1);
    factors.b = ten_bits(data, 3);
    factors.r_exponent = static_cast<std::int8_t>(signed_bits(data[6] >> 4, 4));
    factors.b_exponent = static_cast<std::int8_t>(signed_bits(data[6] & 0x0fU, 4));
    return factors;
}

}  // namespace frugald::ipmi
