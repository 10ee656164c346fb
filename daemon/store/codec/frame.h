#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "daemon/core/result.h"

namespace frugald::codec {

// What every blob of the store begins with: 'f', the kind, the version of its format, and the
// CRC-32C, in 4 bytes, of those three and of all that follows.

enum class Kind : std::uint8_t { chunk = 'c', round = 'r', cells = 'l' };

/// Replaces `blob` by the beginning of one; append the body, then seal it.
void begin_frame(std::vector<std::uint8_t>& blob, Kind kind);
void seal_frame(std::vector<std::uint8_t>& blob);

/// The body of an undamaged blob of this kind and version; Fault::invalid says what is wrong.
Result<std::span<const std::uint8_t>> open_frame(std::span<const std::uint8_t> blob, Kind kind);

}  // namespace frugald::codec
