#pragma once

#include <string_view>

#include "daemon/ports/control.h"

namespace frugald {

// The bodies of the acting verbs (docs/api.md). Strict: an unknown or missing key, a wrong type
// or a value out of bounds is Fault::invalid, naming the key.

/// {"nodes":NODESET,"action":"on|off|soft|cycle|suspend|wake","reason":TEXT,
///  "dry_run":false,"accept_job_loss":false}
Result<PowerRequest> parse_power_request(std::string_view body);

/// {"nodes":NODESET,"limit_watts":NUMBER or null to release,"lease_s":900,"reason":TEXT,
///  "dry_run":false}
Result<CapRequest> parse_cap_request(std::string_view body);

/// {"nodes":NODESET or "all","release":false,"lasting_s":NUMBER or null,"reason":TEXT}
Result<HoldRequest> parse_hold_request(std::string_view body);

}  // namespace frugald
