// Any bytes as a sensor repository: what comes out has names that can be printed, and values that
// are numbers.
#include <algorithm>
#include <cmath>

#include "plugins/ipmi/sdr.h"
#include "tests/fuzz/ipmi_session.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    if (size < 1) return 0;
    ipmi::Workarounds workarounds;
    workarounds.discrete_reading = (data[0] & 1) != 0;
    workarounds.assume_bmc_owner = (data[0] & 2) != 0;
    const ipmi::Repository repository(reinterpret_cast<const char*>(data + 1), size - 1);
    const ipmi::SensorTable table = ipmi::parse_repository(repository, workarounds);
    for (const ipmi::Sensor& sensor : table.sensors) {
        fuzz::require(!sensor.name.empty());
        fuzz::require(std::all_of(sensor.name.begin(), sensor.name.end(),
                                  [](char c) { return c >= ' ' && c <= '~'; }));
        for (unsigned raw = 0; raw < 256; ++raw) {
            const auto value = sensor.value(static_cast<std::uint8_t>(raw));
            fuzz::require(!value || std::isfinite(*value));
        }
    }
    for (const std::size_t index : table.node_power) fuzz::require(index < table.sensors.size());
    return 0;
}
