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

/// {"mode":"observe|advise|guarded|enforce" or null for the configuration's,"partition":TEXT or
/// null,
///  "action":"off|on|cap|uncap|repair" or null,"reason":TEXT}
Result<ModeRequest> parse_mode_request(std::string_view body);

/// {"ids":[NUMBER, ...],"reason":TEXT}
Result<ApproveRequest> parse_approve_request(std::string_view body);

/// {"nodes":NODESET,"reason":TEXT}
Result<CalibrateRequest> parse_calibrate_request(std::string_view body);
Result<AcceptRequest> parse_accept_request(std::string_view body);

}  // namespace frugald
