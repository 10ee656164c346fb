#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "daemon/core/result.h"

namespace frugald::samples {

// The bytes of a row say of themselves that they are right, but not that the row's key is. So a
// byte 0 and the CRC-32C of the key stand before them; rows of older files are without.

void bind_row(std::int64_t key, std::span<const std::uint8_t> data, std::vector<std::uint8_t>& row);
/// The data; Fault::invalid if it is not that of this key.
Result<std::span<const std::uint8_t>> unbind_row(std::int64_t key,
                                                 std::span<const std::uint8_t> row);

// What has no sum of its own gets one of the keys and of the data.

void seal_state(std::int64_t stream, std::int64_t round, std::span<const std::uint8_t> data,
                std::vector<std::uint8_t>& row);
Result<std::span<const std::uint8_t>> open_state(std::int64_t stream, std::int64_t round,
                                                 std::span<const std::uint8_t> row);

}  // namespace frugald::samples
