#pragma once

#include <filesystem>
#include <memory>

#include "daemon/core/result.h"
#include "tests/room/pdu/mib.h"

namespace frugald::room {

/// A walk of a real device: one "OID|tag|value" a line (snmpsim's .snmprec; an `x` after the tag
/// means hexadecimal octets). Lines of any order; what the device sent malformed stays out.
Result<std::shared_ptr<const Mib>> load_recording(const std::filesystem::path& file);

}  // namespace frugald::room
