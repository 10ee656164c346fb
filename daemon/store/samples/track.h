#pragma once

#include <cstdint>
#include <vector>

#include "daemon/core/reading.h"
#include "daemon/store/codec/cursor.h"
#include "daemon/store/samples/cell.h"

namespace frugald::samples {

/// A longer time between two readings is a gap: nothing is known of it.
inline constexpr std::int64_t longest_interval_ms = 300'000;

/// Makes cells of the values of one sensor of one stream.
class Track {
public:
    explicit Track(std::uint32_t sensor) : sensor_(sensor) {}

    std::uint32_t sensor() const { return sensor_; }
    /// Instant of the last value.
    std::int64_t last_ms() const { return last_ms_; }

    /// Cells that this value ends are added to `done`.
    void take(std::int64_t at_ms, std::int64_t raw, Quantity quantity, std::int64_t period_ms,
              std::vector<Cell>& done);
    /// The cell that is not over.
    Cell current() const;
    bool is_empty() const { return samples_ == 0 && covered_ms_ == 0; }
    /// Ends the current cell.
    void close(std::vector<Cell>& done);

    void write(std::vector<std::uint8_t>& out) const;
    /// False for bytes that `write` has not written.
    static bool read(codec::Cursor& in, Track& track);

private:
    void turn_to(std::int64_t begin_ms, std::vector<Cell>& done);
    void cross(std::int64_t at_ms, std::int64_t raw, Quantity quantity, std::int64_t period_ms,
               std::vector<Cell>& done);
    void count(std::int64_t raw);

    // There are many of these, and all are touched in every round: small is fast.
    std::int64_t last_ms_ = 0, last_raw_ = 0;
    // The current cell. The integral of power is in units times ms here.
    std::int64_t begin_ms_ = 0, min_ = 0, max_ = 0;
    double integral_ = 0, sum_ = 0;
    std::int32_t samples_ = 0, covered_ms_ = 0, resets_ = 0;
    std::uint32_t sensor_;
    bool has_last_ = false, is_power_ = false;
};

}  // namespace frugald::samples
