#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/core/reading.h"

namespace frugald::ipmi {

/// What turns a raw reading into a number in the sensor's unit: (M x + B 10^K1) 10^K2, then the
/// linearisation (IPMI 2.0, 36.3).
struct Factors {
    std::int16_t m = 0;
    std::int16_t b = 0;
    std::int8_t b_exponent = 0;  // K1
    std::int8_t r_exponent = 0;  // K2
    bool operator==(const Factors&) const = default;
};

/// How a number in the sensor's unit becomes one in the quantity's: Fahrenheit and Kelvin.
struct Unit {
    Quantity quantity{};
    double scale = 1;
    double offset = 0;
};

/// One numeric sensor as its sensor data record describes it (IPMI 2.0, 43.1).
struct Sensor {
    /// Unique among the sensors of its quantity, and the same after a change of the repository
    /// that leaves the sensor its name and its entity.
    std::string name;
    std::uint8_t number = 0;
    std::uint8_t lun = 0;
    std::uint8_t entity = 0;    // entity id, IPMI 2.0 table 43-13
    std::uint8_t instance = 0;  // which of these entities
    Quantity quantity{};
    Part part = Part::sensor;  // psu for what belongs to a power supply
    Unit unit;
    Factors factors;
    std::uint8_t linearization = 0;
    std::uint8_t analog_format = 0;  // unsigned, 1's complement, 2's complement

    /// The BMC has other factors for each raw reading: they are asked for.
    bool needs_factors() const { return linearization >= 0x70; }

    /// Absent: the formula has no result for this raw reading, or `needs_factors`.
    std::optional<double> value(std::uint8_t raw) const;
    /// By the factors that the BMC gave for this raw reading.
    std::optional<double> value(std::uint8_t raw, const Factors& of_this_reading) const;

private:
    std::optional<double> decode(std::uint8_t raw, const Factors& by,
                                 std::uint8_t linearization_code) const;
};

}  // namespace frugald::ipmi
