#pragma once

#include <cstdint>
#include <span>

namespace frugald::codec {

/// CRC-32C (Castagnoli, RFC 3720 B.4) of `bytes`; `before` is that of what stands in front of them.
/// By the instruction of SSE 4.2 where the processor has it. It finds every error of up to 32 bits
/// in a row.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

/// The same in portable code: what processors without the instruction get.
std::uint32_t crc32c_by_table(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

}  // namespace frugald::codec
