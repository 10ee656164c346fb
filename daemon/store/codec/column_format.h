#pragma once

#include <cstdint>

#include "daemon/store/codec/column.h"

namespace frugald::codec {

// The numbers of the format (column.h), for the writer and the reader.

/// How the running value y comes from the packed offsets o.
enum class Mode : std::uint8_t {
    raw,             // y[i] = o[i]
    delta,           // y[i] = y[i-1] + lowest + o[i], y[0] = 0; parameter: lowest
    delta_of_delta,  // the same for the deltas; parameters: y[1], lowest
    line,            // y[i] = i * slope + o[i]; parameter: slope
};
inline constexpr unsigned mode_count = 4;
inline constexpr unsigned parameter_count[mode_count] = {0, 1, 2, 1};
/// Values that the parameters give, so that no offset is packed for them.
inline constexpr unsigned given_values[mode_count] = {0, 1, 2, 0};

inline constexpr unsigned width_codes = 58;
inline constexpr unsigned widest_code = 57;
inline constexpr unsigned width_of(unsigned code) { return code == widest_code ? 64 : code; }
inline constexpr unsigned code_of(unsigned width) { return width > 56 ? widest_code : width; }

inline constexpr std::uint8_t extras_base = mode_count * width_codes;  // 232
enum Extra : unsigned {
    has_bitmap = 1,
    has_divisor = 2,
    has_exceptions = 4,
    has_odd_base = 8,  // it is not a multiple of the divisor away from the reference
    all_extras = 15,
};
inline constexpr std::uint8_t all_missing = 255;
/// Exceptions begin with a byte: their count (1..15) and, 16 times, the width of their parts, or 0
/// where the width is more than 15 and a byte of its own.
inline constexpr unsigned most_exceptions = 15;
inline constexpr unsigned place_width = 6;  // of an exception's index, below 60

}  // namespace frugald::codec
