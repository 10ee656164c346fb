#pragma once

#include <string>

#include "plugins/ipmi/discover/facts.h"

namespace frugald::ipmi::discover {

/// The facts as one line of JSON, for frugalctl. What is not known is null.
std::string report(const Facts& facts);

/// As FreeIPMI's bmc-info writes it; on the wire it stands the other way round [20.8].
std::string to_string(const Guid& guid);

}  // namespace frugald::ipmi::discover
