#pragma once

#include <string>

#include "daemon/core/result.h"
#include "plugins/modbus/wake.h"

namespace frugald::modbus {

/// A connected, non-blocking TCP socket with keep-alive, for the caller to close. Tries every
/// address of `host` until `deadline`. Fault::timeout, unavailable or cancelled; the text does not
/// name the host.
Result<int> connect_to(const std::string& host, std::uint16_t port, SteadyTime deadline,
                       Wake& wake);

}  // namespace frugald::modbus
