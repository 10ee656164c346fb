#pragma once

#include <string_view>

#include "plugins/snmp/value.h"

namespace frugald::snmp {

/// Absent when it is not finite.
Value number_value(double number);
/// What an octet string says: blanks and zero bytes around it do not count, and a text that is a
/// number is one too.
Value text_value(std::string_view bytes);

}  // namespace frugald::snmp
