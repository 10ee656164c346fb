#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/store/samples/catalogue.h"
#include "daemon/store/samples/cell_row.h"
#include "daemon/store/samples/open_chunks.h"
#include "daemon/store/samples/time_files.h"
#include "daemon/store/samples/track.h"

namespace frugald::samples {

/// The cells of one period length, made as polls come in. With each save of a stream its file gets
/// the state of the cells that are not over, so that a restart goes on from the rounds since.
class Rollup {
public:
    /// `power_only`: power and energy, else all sensors.
    Rollup(TimeFiles& files, std::int64_t period_ms, bool power_only)
        : files_(files), period_ms_(period_ms), power_only_(power_only) {}

    void restore(const StoredStates& states);
    void take(std::uint32_t stream, std::int64_t round, std::int64_t at_ms, std::uint32_t set,
              Values values, const Catalogue& catalogue);
    bool has(std::uint32_t stream, std::int64_t round) const {
        return stream < streams_.size() && round <= streams_[stream].stored_round;
    }
    /// Writes the finished cells of these streams, and of those that could not be written before.
    Result<void> save(std::span<const std::uint32_t> streams, std::vector<std::string>& damage);
    /// Ends the cells of streams that have fallen silent; the next save writes them.
    void close_silent(std::int64_t now_ms);
    /// All streams that have something to write.
    std::vector<std::uint32_t> unsaved() const;
    std::int64_t oldest_round(std::int64_t otherwise) const;

    bool wants(const SensorInfo& sensor) const;
    std::int64_t period_ms() const { return period_ms_; }
    std::int64_t row_ms() const { return period_ms_ * cells_per_row; }
    /// The cells that are in memory only.
    std::vector<std::pair<std::uint32_t, Cell>> copy(std::uint32_t stream) const;

private:
    struct Wanted {  // of a set
        std::uint32_t place = 0, sensor = 0;
        Quantity quantity{};
    };
    struct Stream {
        std::uint32_t set = 0;
        std::vector<Track> tracks{};                         // first those of the set, in its order
        std::vector<std::pair<std::uint32_t, Cell>> done{};  // sensor, cell
        std::int64_t stored_round = 0, last_round = 0;
        std::int64_t unsaved_from = 0;  // the first round since the last save; 0: none
    };
    using Key = std::pair<std::int64_t, std::uint32_t>;  // row, stream
    using Rows = std::map<Key, std::vector<std::pair<std::uint32_t, Cell>>>;

    const std::vector<Wanted>& wanted_of(std::uint32_t set, const Catalogue& catalogue);
    static void use_set(Stream& stream, const std::vector<Wanted>& wanted);
    Result<void> write_file(Rows::const_iterator first, Rows::const_iterator last,
                            std::span<const std::uint32_t> states,
                            std::vector<std::string>& damage);
    Result<void> write_row(TimeFile& file, Key key,
                           std::span<const std::pair<std::uint32_t, Cell>> cells,
                           std::vector<std::string>& damage);
    Result<void> write_state(TimeFile& file, std::uint32_t stream);
    void saved(std::uint32_t stream);

    TimeFiles& files_;
    std::int64_t period_ms_;
    bool power_only_;
    std::vector<Stream> streams_;                             // by id
    std::vector<std::optional<std::vector<Wanted>>> wanted_;  // by set
    std::vector<std::uint32_t> behind_;                       // to be saved with the next
    std::vector<Cell> done_;                                  // scratch
    std::vector<std::uint8_t> blob_;
};

}  // namespace frugald::samples
