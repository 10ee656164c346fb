#pragma once

#include <cstdint>
#include <optional>

namespace frugald {

/// The values that an 8-bit sensor can show, learned from those it has shown: a sensor of an SDR
/// repository counts in steps (IPMI 2.0, 36.3: raw x M + B), so all ones of its field is a number
/// that depends on the step: 255, 2,555 or 25,550 W. A field of ones is no measurement: the BMC
/// could not read the sensor, or it is beyond its end.
class Lattice {
public:
    /// A value that was believed.
    void learn(double value);
    /// Whether `value` is raw FFh or FEh at the step learned so far. Before two different values
    /// were seen, at a step of 10 W only: a true 255 W is common, a true 2,555 W is not. At a step
    /// of 100 W always: 25,400 to 25,599 W is no node.
    bool all_ones(double value) const;

private:
    bool all_ones(std::int64_t tenths, std::int64_t step) const;

    std::optional<std::int64_t> first_;  // in tenths, as everything here
    std::int64_t step_ = 0;              // greatest that fits all values; 0: not known yet
    std::int64_t highest_ = 0;
};

}  // namespace frugald
