#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// Requests for one block of 62 registers, one after the other over loopback, and their decoding:
/// CPU time of the client's thread per request.
void modbus_read(const Report& report);

}  // namespace frugald::bench
