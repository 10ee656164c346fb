#include "daemon/store/samples/recover_time_file.h"

#include <fmt/format.h>

#include "daemon/store/samples/bound_row.h"
#include "daemon/store/samples/check.h"
#include "daemon/store/samples/time_files.h"
#include "daemon/store/sqlite/replace.h"
#include "daemon/store/sqlite/salvage.h"
#include "daemon/store/sqlite/versioned.h"

namespace frugald::samples {

namespace {

class Recovery {
public:
    Recovery(const std::filesystem::path& file, Database& made)
        : cells_(cell_shape_of(file)), made_(made) {}

    Result<void> fill(Database& damaged) {
        const auto accept = [this](std::string_view table, const Row& row) {
            return is_sound(table, row);
        };
        const auto tables = salvage_tables(damaged, made_, accept);
        if (!tables) return tl::unexpected(tables.error());
        told_ = describe(*tables);
        for (const auto& [name, rows] : *tables)
            if (name == "state" && !rows.damage.empty())
                if (auto done = note_lost_states(); !done) return done;
        return write_parts();
    }
    std::string told() const {
        return parts_.empty() ? told_
                              : fmt::format("{}; of {} more rows a part", told_, parts_.size());
    }

private:
    bool is_sound(std::string_view table, const Row& row) {
        if (table == "stream") return stream_row_is_sound(row);
        if (table == "sensor") return sensor_row_is_sound(row);
        if (table == "sensor_set") return set_row_is_sound(row);
        if (table == "state")
            return open_state(row.integer(0), row.integer(1), row.blob(2)).has_value();
        std::string damage;
        SampleCheck ignored;
        auto part = sound_part(row.integer(0), row.blob(1), cells_, ignored, damage);
        if (damage.empty()) return true;
        if (!part.empty()) parts_.emplace_back(row.integer(0), std::move(part));
        return false;
    }
    /// A state that cannot be: the next start then looks at the rows for what is stored.
    Result<void> note_lost_states() {
        std::vector<std::uint8_t> row;
        seal_state(0, 0, {}, row);
        auto put = made_.prepare("INSERT INTO state VALUES(0, 0, ?)");
        if (!put) return tl::unexpected(put.error());
        return put->run(std::span<const std::uint8_t>{row});
    }
    Result<void> write_parts() {
        auto put = made_.prepare("INSERT OR IGNORE INTO chunk VALUES(?, ?)");
        if (!put) return tl::unexpected(put.error());
        std::vector<std::uint8_t> row;
        for (const auto& [key, part] : parts_) {
            bind_row(key, part, row);
            if (auto done = put->run(key, std::span<const std::uint8_t>{row}); !done) return done;
        }
        return {};
    }

    std::optional<CellShape> cells_;
    Database& made_;
    std::vector<std::pair<std::int64_t, std::vector<std::uint8_t>>> parts_;
    std::string told_ = "nothing";
};

Result<std::string> make_replacement(const std::filesystem::path& file) {
    auto made = Database::open(replacement_of(file), Durability::every_commit, page_bytes);
    if (!made) return tl::unexpected(made.error());
    auto damaged = Database::open_to_read(file);
    Recovery recovery{file, *made};
    const auto work = [&]() -> Result<void> {
        auto done = advance_schema(*made, time_file_tables(), time_file_schema);
        return done && damaged ? recovery.fill(*damaged) : done;
    };
    if (auto done = made->transaction(work); !done) return tl::unexpected(done.error());
    if (const auto moved = made->checkpoint(); !moved) return tl::unexpected(moved.error());
    return recovery.told();
}

}  // namespace

Result<std::string> recover_time_file(const std::filesystem::path& file) {
    if (auto done = begin_replacement(file); !done) return tl::unexpected(done.error());
    auto told = make_replacement(file);
    if (!told) return told;
    const auto aside = replace_file(file);
    if (!aside) return tl::unexpected(aside.error());
    return fmt::format("set aside as {}; taken over: {}", aside->filename().string(), *told);
}

}  // namespace frugald::samples
