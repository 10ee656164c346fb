#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "daemon/core/result.h"
#include "daemon/store/codec/cursor.h"

namespace frugald::codec {

// A column is up to 60 integers that belong together: of one sensor at 60 polls, or of 60 devices
// in one round. As bytes it is
//   [extras] control [present bits] [divisor] base [parameters] [exceptions] packed offsets
// control: mode * 58 + code of the width (0..56 as it is, 57 for 64 bits), or 255: all are missing.
// extras: 232 + bits 1 (present bits follow), 2 (divisor), 4 (exceptions), 8 (base in units of 1),
// only if there are any.
// With y = the running value that the mode makes of the packed offsets,
//   value = base + divisor * y, all of it modulo 2^64.
// The context goes from column to column of a sensor: the base is a zigzag varint against the last
// one, in units of the divisor, and the divisor is written only where it changes. Exceptions (few
// values far from the rest, which would widen all) are a count and a width, their places in 6 bits
// each, what their offsets lack above the common width, as zigzag, and then the packed offsets.

inline constexpr unsigned block_length = 60;
/// Sensors that a set may have: bounds what a reader of damaged bytes allocates.
inline constexpr unsigned max_sensors = 4096;
/// Room that `encode_column` may need.
inline constexpr std::size_t max_column_size = 700;

/// What the reader gets. A value whose bit in `present` is not set was not measured: the number in
/// its place means nothing.
struct Column {
    std::array<std::int64_t, block_length> values;
    std::uint64_t present = 0;

    std::optional<std::int64_t> at(unsigned index) const {
        if ((present >> index & 1) == 0) return std::nullopt;
        return values[index];
    }
};

/// `present` of a column of `count` values of which none is missing.
constexpr std::uint64_t all_present(unsigned count) { return (std::uint64_t{1} << count) - 1; }

/// What the values are, so that no time is spent on forms that cannot be small.
enum class Order {
    times,      // of one clock, most of them one period apart
    series,     // of one sensor, one after the other
    unordered,  // of one sensor of many devices
};

/// What is known of a sensor from its column before. Each column moves it on.
struct ColumnContext {
    std::int64_t reference = 0;  // near its values
    std::uint64_t divisor = 1;   // of the steps between them
    bool operator==(const ColumnContext&) const = default;
};

/// Writes `count` (1..60) values to `out` (room: max_column_size), in the smallest of the forms,
/// and returns the end. Bits of `present` from `count` on must be 0.
std::uint8_t* encode_column(const std::int64_t* values, std::uint64_t present, unsigned count,
                            Order order, ColumnContext& context, std::uint8_t* out);

/// Reads what `encode_column` wrote for the same count and context. Fault::invalid for anything
/// else; then `column` and `context` hold anything.
Result<void> decode_column(Cursor& in, unsigned count, ColumnContext& context, Column& column);

/// The same without looking at the values: from the header alone.
Result<void> skip_column(Cursor& in, unsigned count, ColumnContext& context);

}  // namespace frugald::codec
