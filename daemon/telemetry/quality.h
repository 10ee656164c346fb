#pragma once

#include <optional>
#include <string_view>

#include "daemon/core/reading.h"

namespace frugald {

/// Why a reading cannot be true, in one word for the counter `frugald_readings_rejected_total`;
/// nothing when it may be. `chassis` is the state the same device last reported.
///   not_a_number   NaN or infinite
///   negative       below zero where the quantity cannot be
///   sentinel       all ones of the field it came from: 65,535 W or more from one node
///   absurd         outside what the quantity can be anywhere in a machine room
///   zero_while_on  a running node draws more than 0 W
std::optional<std::string_view> reject_reason(const Reading& reading, DeviceKind kind,
                                              Chassis chassis);

}  // namespace frugald
