#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/core/reading.h"
#include "daemon/core/settings.h"
#include "plugins/snmp/account.h"
#include "plugins/snmp/engine.h"

namespace frugald::snmp {

/// One `[[snmp.pdu]]`.
struct PduConfig {
    std::string name;
    DeviceKind kind = DeviceKind::pdu;  // or a meter, which measures a building
    Account account;
    std::string profile;  // "auto": by what the device says of itself
    std::chrono::milliseconds interval{10000};
    /// Of voltages, power factors and energy counters; 0: as the rest.
    std::chrono::milliseconds slow_interval{60000};
    std::map<std::string, std::string> outlet_nodes;  // outlet -> node fed
};

struct SnmpConfig {
    Patience patience;
    std::vector<PduConfig> pdus;
};

using FindSecret = std::function<Result<Secret>(std::string_view name)>;

/// The `[snmp]` table, secrets resolved. All mistakes in one Error, a line each.
Result<SnmpConfig> read_config(const Settings& part, const FindSecret& secret);

}  // namespace frugald::snmp
