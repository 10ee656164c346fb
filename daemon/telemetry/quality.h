#pragma once

#include <optional>
#include <string_view>

#include "daemon/core/reading.h"

namespace frugald {

/// Why a reading cannot be true, in one word for the counter `frugald_readings_rejected_total`;
/// nothing when it may be. `chassis` is the state the same device last reported.
///   not_a_number   NaN or infinite
///   negative       below zero where the quantity cannot be
///   sentinel       all ones of a field of 16 bits or more: 65,535 W from one node or outlet
///   absurd         outside what the quantity can be anywhere in a machine room
///   zero_while_on  a running node draws more than 0 W
///   Reading::refused, whatever word it is: the source itself does not believe it
/// What needs the readings before and after is judged by Series.
std::optional<std::string_view> reject_reason(const Reading& reading, DeviceKind kind,
                                              Chassis chassis);

}  // namespace frugald
