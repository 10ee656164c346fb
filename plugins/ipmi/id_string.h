#pragma once

#include <string>

#include "plugins/ipmi/message.h"

namespace frugald::ipmi {

/// The text that a type/length byte (IPMI 2.0, 43.15) and what follows it stand for, in printable
/// ASCII: what is not is "?". Packed 6-bit ASCII and BCD are unpacked, which libfreeipmi leaves to
/// its callers. Bytes that the length promises and that are not there are left out.
std::string id_string(Bytes bytes);

}  // namespace frugald::ipmi
