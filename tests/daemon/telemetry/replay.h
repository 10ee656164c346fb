#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "daemon/telemetry/fleet.h"

namespace frugald::test {

/// What became of a recorded day of `ipmitool sdr` of a whole site, one file a node, one snapshot
/// a minute, after it went through the rules of daemon/telemetry.
struct ReplayResult {
    /// A reading that the rules did not let through.
    struct Refusal {
        std::string node;
        std::string sensor;
        double value = 0;
        double before = 0;  // the sensor's readings around it; NaN: none
        double after = 0;
    };
    std::uint64_t files = 0;
    std::uint64_t snapshots = 0;
    std::uint64_t readings = 0;
    std::uint64_t accepted = 0;
    std::uint64_t power_readings = 0;
    std::map<std::string, std::uint64_t> reasons;
    std::map<std::string, std::uint64_t> waiting;  // held back when the day ended, by sensor
    std::vector<Refusal> refused;
    /// Accepted watts: sensor -> value -> how often.
    std::map<std::string, std::map<double, std::uint64_t>> accepted_watts;
};

/// fasrc_ipmi_2025-06-03.tar.xz in $FRUGALD_SHARED/traces, else in ../shared/traces beside the
/// source directory. Empty when it is not there, or xz(1) is not.
std::filesystem::path recorded_day();

/// Every `every`-th file of the archive. Throws std::runtime_error when it cannot be read.
ReplayResult replay(const std::filesystem::path& archive, unsigned every);

/// The readings of one node in one minute; the minutes of a node come one after the other.
using TakeMinute = std::function<void(const std::string& node, std::span<const Reading>)>;
/// The same files, as they were recorded.
void read_day(const std::filesystem::path& archive, unsigned every, const TakeMinute& take);

}  // namespace frugald::test
