#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/store/samples/cell.h"

namespace frugald::samples {

/// A row of a rollup file: cells of one stream in 60 periods in a row.
inline constexpr std::int64_t cells_per_row = 60;

/// Cells by sensor, by time.
using CellRow = std::map<std::uint32_t, std::vector<Cell>>;

// As bytes, after the frame (codec/frame.h): the number of sensors, for each its id (the first,
// then steps) and the size of its part as varints; then the parts. A part is the number of cells in
// a byte and columns (codec/column.h): place in the row, samples, covered_ms, integral, resets,
// mean, mean - min, max - mean.

/// `first_ms`: begin of the row. Cells are of this row and sorted.
void encode_cells(const CellRow& row, std::int64_t first_ms, std::int64_t period_ms,
                  std::vector<std::uint8_t>& blob);

/// Calls `take` for every sensor that `wanted` wants, and only those are decoded. Any bytes may be
/// given: Fault::invalid for damage.
Result<void> decode_cells(std::span<const std::uint8_t> blob, std::int64_t first_ms,
                          std::int64_t period_ms, const std::function<bool(std::uint32_t)>& wanted,
                          const std::function<void(std::uint32_t, std::span<const Cell>)>& take);

/// Adds a cell to its place. One that is there already with the same content is the same one,
/// written before a crash: nothing is added.
void add_cell(std::vector<Cell>& cells, const Cell& cell);

}  // namespace frugald::samples
