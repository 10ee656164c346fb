#pragma once

#include <span>
#include <string>
#include <vector>

#include "daemon/core/sample.h"
#include "tests/support/fleet_samples.h"

namespace frugald::bench {

/// The rounds of FleetSamples as the engine hands them over: each device's poll with the ms of its
/// answer.
class FleetReadings {
public:
    FleetReadings(unsigned nodes, WallTime first);

    /// The next round; valid until the one after it.
    const std::vector<Sample>& next();
    WallTime at() const { return from_unix_ms(fleet_.at_ms()); }

private:
    test::FleetSamples fleet_;
    std::vector<std::string> names_;
    std::vector<double> factors_;
    std::vector<Sample> readings_;
};

/// Says that a measurement needs a package that is not there.
void say_skipped(const char* benchmark, const char* package);

}  // namespace frugald::bench
