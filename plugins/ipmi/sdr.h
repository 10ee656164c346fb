#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/ipmi/habits.h"
#include "plugins/ipmi/message.h"
#include "plugins/ipmi/sensor.h"

namespace frugald::ipmi {

/// The sensors of one model of node that frugald reads.
struct SensorTable {
    std::vector<Sensor> sensors;
    std::vector<std::size_t> node_power;  // as `find_node_power`
    std::uint64_t fingerprint = 0;        // of the records: another one may mean other factors
    std::optional<Target> node_manager;   // Intel's, behind the BMC
};

/// Raw records, as Get SDR gave them, back to back.
using Repository = std::string;

/// Takes any bytes: records that make no sense are left out, and what follows a record that ends
/// behind the end of the bytes.
SensorTable parse_repository(const Repository& repository, const Workarounds& workarounds,
                             const Habits& habits = {});

/// The digest by which a repository is known, 32 hexadecimal digits. Against accidents, not
/// against malice: who sends the repository can as well send any reading.
std::string digest_of(std::string_view repository);

}  // namespace frugald::ipmi
