#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "daemon/core/secret.h"
#include "plugins/redfish/trust.h"

namespace frugald::redfish {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How one [[redfish.group]] is read and commanded.
struct Group {
    std::size_t number = 0;  // in the configuration's order, from 1
    std::string user;
    Secret password;
    milliseconds interval = seconds{10};
    milliseconds chassis_interval = seconds{10};
    milliseconds supplies_interval = seconds{60};
    milliseconds bios_interval = seconds{3600};
    milliseconds timeout = seconds{15};  // of one request, connecting included
    milliseconds first_retry = seconds{1};
    milliseconds refusal_hold = seconds{60};  // after a refused password or certificate
    /// BIOS attributes as the site wants them.
    std::map<std::string, std::string> expected_bios;
};

}  // namespace frugald::redfish
