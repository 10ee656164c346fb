#include "daemon/store/samples/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/samples/bound_row.h"
#include "daemon/store/sqlite/versioned.h"

namespace frugald::samples {

namespace {

namespace fs = std::filesystem;

template <class Each>
void each_row(Database& file, const char* sql, FileCheck& found, const Each& each) {
    auto query = file.prepare(sql);
    Result<bool> row = query ? query->step() : Result<bool>{tl::unexpected(query.error())};
    for (; row && *row; row = query->step())
        if (std::string wrong = each(query->row()); wrong.empty())
            ++found.rows;
        else
            found.found(std::move(wrong));
    if (!row) found.found(row.error().text);
}

void check_names(Database& file, FileCheck& found) {
    const std::pair<const char*, bool (*)(const Row&)> tables[] = {
        {"SELECT id, kind, device, source, sum FROM stream", stream_row_is_sound},
        {"SELECT id, quantity, part, part_name, scale_e10, mult, sum FROM sensor",
         sensor_row_is_sound},
        {"SELECT id, sensors, sum FROM sensor_set", set_row_is_sound}};
    for (const auto& [sql, is_sound] : tables) {
        const auto check = [sound = is_sound](const Row& row) -> std::string {
            if (sound(row)) return {};
            return fmt::format("what the id {} means is damaged", row.integer(0));
        };
        each_row(file, sql, found, check);
    }
}

Result<Database> begin(FileCheck& found, FileUse use, std::int64_t schema,
                       const std::string& tables) {
    auto file = open_to_check(found.file, use);
    if (!file) return file;
    const auto version = schema_version(*file, schema);
    if (!version) return tl::unexpected(version.error());
    found.schema = *version;
    if (*version == schema)
        if (auto same = require_tables(*file, tables); !same) return tl::unexpected(same.error());
    const auto wrong = file->structure_damage();
    if (!wrong) return tl::unexpected(wrong.error());
    if (!wrong->empty()) found.found(*wrong);
    return file;
}

Result<void> read_chunk(std::span<const std::uint8_t> chunk, SampleCheck& read) {
    auto reader = codec::ChunkReader::open(chunk);
    if (!reader) return tl::unexpected(reader.error());
    codec::ChunkBlock block;
    for (;;) {
        const auto more = reader->next(block);
        if (!more) return tl::unexpected(more.error());
        if (!*more) break;
        read.polls += block.polls;
    }
    ++read.chunks;
    return {};
}

std::vector<std::uint8_t> sound_chunks(std::span<const std::uint8_t> row, SampleCheck& read,
                                       std::string& damage) {
    std::vector<std::uint8_t> sound;
    const auto take = [&](std::span<const std::uint8_t> chunk) -> Result<void> {
        if (auto done = read_chunk(chunk, read); !done) return done;
        std::uint8_t size[codec::max_varint];
        sound.insert(sound.end(), size, codec::put_varint(size, chunk.size()));
        sound.insert(sound.end(), chunk.begin(), chunk.end());
        return {};
    };
    if (auto done = each_chunk(row, take); !done) damage = done.error().text;
    return sound;
}

}  // namespace

std::int64_t CellShape::first_ms(std::int64_t key) const {
    const auto unit = std::clamp<std::int64_t>(key >> 24, -(1 << 30), 1 << 30);
    return unit * period_ms * cells_per_row;
}

std::optional<CellShape> cell_shape_of(const fs::path& file) {
    const auto name = file.filename().string();
    if (name.starts_with("5m-")) return CellShape{5 * minute_ms};
    if (name.starts_with("1h-")) return CellShape{hour_ms};
    return std::nullopt;
}

std::vector<std::uint8_t> sound_part(std::int64_t key, std::span<const std::uint8_t> row,
                                     const std::optional<CellShape>& cells, SampleCheck& read,
                                     std::string& damage) {
    const auto data = unbind_row(key, row);
    if (!data) damage = data.error().text;
    if (!data) return {};
    if (!cells) return sound_chunks(*data, read, damage);
    std::uint64_t count = 0;
    const auto all = [](std::uint32_t) { return true; };
    const auto add = [&](std::uint32_t, std::span<const Cell> some) { count += some.size(); };
    const auto done = decode_cells(*data, cells->first_ms(key), cells->period_ms, all, add);
    read.cells += count;
    if (!done) damage = done.error().text;
    return done ? std::vector<std::uint8_t>{data->begin(), data->end()}
                : std::vector<std::uint8_t>{};
}

FileCheck check_time_file(const fs::path& path, FileUse use, SampleCheck& read) {
    FileCheck found{.file = path};
    auto file = begin(found, use, time_file_schema, time_file_tables());
    if (!file) {
        found.found(file.error().text);
        return found;
    }
    if (found.schema == 0) return found;  // begun, and nothing in it yet
    const auto cells = cell_shape_of(path);
    const auto row = [&](const Row& at) {
        std::string damage;
        sound_part(at.integer(0), at.blob(1), cells, read, damage);
        return damage.empty() ? damage : fmt::format("row {}: {}", at.integer(0), damage);
    };
    each_row(*file, "SELECT id, data FROM chunk ORDER BY id", found, row);
    const auto state = [](const Row& at) -> std::string {
        const auto data = open_state(at.integer(0), at.integer(1), at.blob(2));
        return data ? std::string{}
                    : fmt::format("state of stream {}: {}", at.integer(0), data.error().text);
    };
    each_row(*file, "SELECT stream, round, data FROM state", found, state);
    if (found.schema == time_file_schema) check_names(*file, found);
    return found;
}

SampleCheck check_files(const Files& files) {
    SampleCheck read;
    for (const auto* kind : {&files.raw, &files.month, &files.year})
        for (const auto& one : kind->existing(-always, always))
            for (const auto& what : check_time_file(one.path, FileUse::shared, read).damage)
                read.damage.push_back(fmt::format("{}: {}", one.path.string(), what));
    return read;
}

}  // namespace frugald::samples
