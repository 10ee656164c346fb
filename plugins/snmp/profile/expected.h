#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugins/snmp/profile/look.h"

namespace frugald::snmp::profile {

/// What somebody else reads from the same recording, in the form of LibreNMS's test data:
/// `sensors.poller` where it is an object, else `sensors.discovery`.
struct Sensor {
    std::string kind;  // "power", "current", "voltage", "energy"
    Oid oid;
    double value = 0;  // in base units
};
Result<std::vector<Sensor>> read_expected(std::string_view text);

/// Sensors that are expected not to match. A line of the file is "RECORDING OID REASON"; an OID
/// stands for all below it, * for any recording.
struct Exception {
    std::string recording;
    Oid oid;
    std::string reason;
};
Result<std::vector<Exception>> read_exceptions(std::string_view text);

struct Comparison {
    struct Count {
        std::size_t matched = 0;
        std::size_t total = 0;  // without the excepted
    };
    struct Note {
        Sensor sensor;
        std::string text;  // what was read instead, or the reason of the exception
    };
    std::map<std::string, Count> counts;  // by kind
    std::vector<Note> wrong;
    std::vector<Note> excepted;
};

/// Excepted are, beside those of the list: what the profile knowingly leaves out, what is not in
/// the recording, and what the device itself calls not available.
Comparison compare(const Look& look, const Recording& recording, const std::vector<Sensor>& sensors,
                   const std::vector<Exception>& exceptions, std::string_view name);

}  // namespace frugald::snmp::profile
