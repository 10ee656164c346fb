#pragma once

#include <string>

#include "tests/room/bytes.h"

namespace frugald::room {

/// Requests to the Node Manager and its answers begin with Intel's manufacturer number.
bool is_intels(View data);

/// "nm_policy 70 250 correction_ms=1000 exceptions=0": for the journal.
std::string describe_node_manager(std::uint8_t command, View data);

}  // namespace frugald::room
