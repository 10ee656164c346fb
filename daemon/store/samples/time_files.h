#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/store/samples/catalogue.h"
#include "daemon/store/samples/period.h"
#include "daemon/store/sqlite/database.h"

namespace frugald::samples {

/// Of the pages of all files of readings: they hold blobs of some kilobytes.
inline constexpr int page_bytes = 16384;
/// Milliseconds farther from 1970 than any file, both ways.
inline constexpr std::int64_t always = std::int64_t{1} << 60;
/// A row is kept by period << 24 | stream.
inline constexpr std::int64_t stream_mask = (1 << 24) - 1;

/// One SQLite file of a day, a month or a year: rows of bytes by key, for each stream which journal
/// round was the last to get into it, with what its writer wants to know after a restart, and what
/// the ids in it mean, so that it can be read alone.
class TimeFile {
public:
    /// `catalogue` outlives it.
    static Result<std::unique_ptr<TimeFile>> open(const std::filesystem::path& file,
                                                  const Catalogue& catalogue);

    Database& database() { return database_; }
    /// Empty if there is no such row; Fault::invalid for another key's. Valid until the next call.
    Result<std::span<const std::uint8_t>> row(std::int64_t key);

    /// All that `work` writes by the following, or nothing.
    Result<void> transaction(const std::function<Result<void>()>& work);
    Result<void> put(std::int64_t key, std::span<const std::uint8_t> data);
    Result<void> put_state(std::uint32_t stream, std::int64_t round,
                           std::span<const std::uint8_t> data);
    // What is written is about these.
    Result<void> name_stream(std::uint32_t id);
    Result<void> name_sensor(std::uint32_t id);
    Result<void> name_set(std::uint32_t id);

private:
    TimeFile(Database database, Statement get, Statement put, Statement put_state,
             CatalogueWriter names, const Catalogue& catalogue)
        : database_(std::move(database)),
          get_(std::move(get)),
          put_(std::move(put)),
          put_state_(std::move(put_state)),
          names_(std::move(names)),
          catalogue_(&catalogue) {}
    Result<void> name_all();
    Result<void> read_named();
    static bool is_new(std::vector<bool>& named, std::uint32_t id);

    Database database_;  // declared first: statements must go before it closes
    Statement get_, put_, put_state_;
    CatalogueWriter names_;
    const Catalogue* catalogue_;
    std::vector<bool> named_streams_, named_sensors_, named_sets_;  // by id
    std::vector<std::uint8_t> bytes_;
};

/// What a stream had reached in the files when they were written last.
struct StoredState {
    std::int64_t round = 0;
    std::vector<std::uint8_t> data{};
};
using StoredStates = std::unordered_map<std::uint32_t, StoredState>;

/// The files of one kind: `prefix` and the date, as "raw/20261121.db" or "1h-2026.db". They are
/// open for writing between the first write and the checkpoint after the last.
class TimeFiles {
public:
    /// `journal` has the table `target`, in which files are noted before they are written to, for
    /// as long as journal rounds may be in them; it outlives this, and so does `catalogue`.
    TimeFiles(std::filesystem::path directory, std::string prefix, Period period, Database& journal,
              const Catalogue& catalogue);

    /// The file that holds this instant, to write to. One that is damaged is renamed, and `damage`
    /// says so.
    Result<TimeFile*> file_for(std::int64_t at_ms, std::vector<std::string>& damage);
    std::string name_of(std::int64_t at_ms) const;
    /// To be said before `file_for`: what was written to another file than that of this instant is
    /// synced first, so that a power cut cannot take an older round than it leaves.
    Result<void> turn_to(std::int64_t at_ms);
    /// Moves all that was written into the files. False: not all of it yet.
    Result<bool> checkpoint();
    /// Forgets the targets that are not being written and that hold no round from `first_round` on;
    /// never the one that was written last, because of its states.
    Result<void> forget_targets(std::int64_t first_round);
    /// Notes that the file of this instant holds rounds up to this one.
    void wrote(std::int64_t at_ms, std::int64_t round);

    /// The newest state of every stream in the files that may hold journal rounds.
    struct Found {
        StoredStates states{};
        /// Files with states that cannot be read: what their rows have must be looked at instead.
        std::vector<std::filesystem::path> unreadable{};
    };
    Result<Found> states(std::vector<std::string>& damage);
    /// Brings all files to the newest schema, with the names of their ids. What fails is noted.
    void upgrade_all(std::vector<std::string>& damage);

    struct Existing {
        std::filesystem::path path;
        Span span;
    };
    /// The files there are that overlap [from_ms, to_ms), oldest first.
    std::vector<Existing> existing(std::int64_t from_ms, std::int64_t to_ms) const;
    /// Changes whenever a file comes or goes.
    std::uint64_t generation() const { return generation_; }
    /// Closes and deletes a file. A damaged one can be deleted too.
    Result<void> remove(const std::filesystem::path& path);

private:
    struct Open {
        std::unique_ptr<TimeFile> file;
        bool used = true;  // since the last checkpoint
    };
    std::optional<Span> span_of(std::string_view name) const;
    Result<std::unique_ptr<TimeFile>> open(const std::string& name,
                                           std::vector<std::string>& damage);
    Result<bool> read_states(const std::string& name, StoredStates& states);
    Result<std::vector<std::string>> targets_to_read() const;

    std::filesystem::path directory_;
    std::string prefix_;
    Period period_;
    Database& journal_;
    const Catalogue& catalogue_;
    std::map<std::string, Open> open_;
    std::map<std::string, std::int64_t> targets_;  // name -> last round
    std::uint64_t generation_ = 1;
    std::string newest_;  // the file that was written to last
};

extern const char* const target_table;
inline constexpr std::int64_t time_file_schema = 2;
std::string time_file_tables();

}  // namespace frugald::samples
