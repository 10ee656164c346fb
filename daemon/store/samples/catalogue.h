#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/core/reading.h"
#include "daemon/store/codec/scale.h"
#include "daemon/store/sqlite/database.h"

namespace frugald::samples {

/// What one source measures at one device: its readings have common instants, so they are stored
/// together. A device with two sources is two streams.
struct StreamInfo {
    std::uint32_t id = 0;  // 1..2^24-1, never given to another
    DeviceKind kind{};
    std::string device{};
    std::string source{};
};

/// One kind of value. Streams of like devices share them.
struct SensorInfo {
    std::uint32_t id = 0;
    Quantity quantity{};
    Part part{};
    std::string part_name{};
    codec::Scale scale{};
};

/// Ids of sensors, ascending.
using SensorSet = std::vector<std::uint32_t>;

/// What ids mean. Ids are given here at first use and are in the database with the transaction in
/// which `write_added` runs; its caller then says commit() or roll_back().
class Catalogue {
public:
    static constexpr std::uint32_t most_streams = (1U << 24) - 1;

    /// Creates no tables; replaces what is known by what is stored. Fault::unparsable if a row is
    /// not what was written.
    Result<void> load(Database& database);
    /// From the tables of schema 1, where rows have no sums.
    Result<void> load_unsummed(Database& database);
    /// Adds the sound rows of another file's tables whose ids are not known, as new ones.
    Result<void> merge(Database& database);
    /// New ids are larger than these.
    struct Floors {
        std::uint32_t stream = 0, sensor = 0, set = 0;
    };
    void begin_after(const Floors& floors);

    /// 0 when there is no id left.
    std::uint32_t stream_of(DeviceKind kind, std::string_view device, std::string_view source);
    std::uint32_t sensor_of(Quantity quantity, Part part, std::string_view part_name);
    /// Set 0 is the empty one.
    std::uint32_t set_of(const SensorSet& sensors);

    Result<void> write_added(Database& database);
    void commit();
    void roll_back();

    /// By id from 1 on; an id of 0 marks one that is not there (a damaged file).
    const std::vector<StreamInfo>& streams() const { return streams_; }
    const std::vector<SensorInfo>& sensors() const { return sensors_; }
    const std::vector<SensorSet>& sets() const { return sets_; }
    /// Null if it is not known.
    const SensorSet* set(std::uint32_t id) const {
        return id < sets_.size() && (id == 0 || !sets_[id].empty()) ? &sets_[id] : nullptr;
    }

private:
    enum class Sums { required, sound_only, none };
    Result<void> read(Database& database, Sums sums);
    Result<void> read_streams(Database& database, Sums sums);
    Result<void> read_sensors(Database& database, Sums sums);
    Result<void> read_sets(Database& database, Sums sums);

    std::vector<StreamInfo> streams_{1};
    std::vector<SensorInfo> sensors_{1};
    std::vector<SensorSet> sets_{1};
    std::unordered_map<std::string, std::uint32_t> stream_ids_, sensor_ids_, set_ids_;
    // From here on they are not committed.
    std::size_t new_streams_ = 1, new_sensors_ = 1, new_sets_ = 1;
    std::string key_;  // scratch
};

/// Its tables. Every row has the CRC-32C of its id and its other columns.
extern const char* const catalogue_tables;
/// The same without the indexes, for copies of some of the rows in other files.
extern const char* const catalogue_copy_tables;

/// Whether a row of these tables, all columns in their order, is what was written.
bool stream_row_is_sound(const Row& row);
bool sensor_row_is_sound(const Row& row);
bool set_row_is_sound(const Row& row);

/// Writes rows into the tables of one file; one that is there stays.
class CatalogueWriter {
public:
    /// `database` outlives it.
    static Result<CatalogueWriter> open(Database& database);
    Result<void> write(const StreamInfo& stream);
    Result<void> write(const SensorInfo& sensor);
    Result<void> write(std::uint32_t id, const SensorSet& set);

private:
    CatalogueWriter(Statement stream, Statement sensor, Statement set)
        : stream_(std::move(stream)), sensor_(std::move(sensor)), set_(std::move(set)) {}
    Statement stream_, sensor_, set_;
};

}  // namespace frugald::samples
