#include "daemon/store/samples/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "daemon/store/samples/bound_row.h"

namespace frugald::samples {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t always = std::numeric_limits<std::int64_t>::max() / 2;

std::uint64_t free_bytes_of(const fs::path& directory) {
    std::error_code error;
    const auto space = fs::space(directory, error);
    return error ? std::numeric_limits<std::uint64_t>::max() : space.available;
}

/// Deletes the files that end before `before_ms`.
Result<void> forget_older(TimeFiles& files, std::int64_t before_ms) {
    for (const auto& one : files.existing(-always, before_ms))
        if (one.span.to_ms <= before_ms)
            if (auto done = files.remove(one.path); !done) return done;
    return {};
}

/// Calls `each(id, blob)` for every row; the text of the error if the file ends them early.
template <class Each>
Result<void> each_row(const fs::path& path, Each each) {
    auto file = Database::open_to_read(path);
    if (!file) return tl::unexpected(file.error());
    auto query = file->prepare("SELECT id, data FROM chunk ORDER BY id");
    if (!query) return tl::unexpected(query.error());
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        each(query->integer(0), query->blob(1));
    }
}

Result<void> check_chunk(std::span<const std::uint8_t> chunk, SampleCheck& found) {
    auto reader = codec::ChunkReader::open(chunk);
    if (!reader) return tl::unexpected(reader.error());
    codec::ChunkBlock block;
    for (;;) {
        const auto more = reader->next(block);
        if (!more) return tl::unexpected(more.error());
        if (!*more) break;
        found.polls += block.polls;
    }
    ++found.chunks;
    return {};
}

void check_cells(const TimeFiles& files, const Rollup& rollup, SampleCheck& found) {
    for (const auto& one : files.existing(-always, always)) {
        const auto check = [&](std::int64_t id, std::span<const std::uint8_t> blob) {
            // A damaged page can have any id: keep its time within 64 bits.
            const auto unit = std::clamp<std::int64_t>(id >> 24, -(1 << 30), 1 << 30);
            const auto all = [](std::uint32_t) { return true; };
            const auto count = [&](std::uint32_t, std::span<const Cell> cells) {
                found.cells += cells.size();
            };
            const auto cells = unbind_row(id, blob);
            const auto read = cells ? decode_cells(*cells, unit * rollup.row_ms(),
                                                   rollup.period_ms(), all, count)
                                    : Result<void>{tl::unexpected(cells.error())};
            if (!read)
                found.damage.push_back(
                    fmt::format("{}: row {}: {}", one.path.string(), id, read.error().text));
        };
        if (auto read = each_row(one.path, check); !read)
            found.damage.push_back(one.path.string() + ": " + read.error().text);
    }
}

}  // namespace

Result<void> forget_files(const fs::path& directory, Files& files,
                          const SampleRetention& retention) {
    auto done = forget_older(files.raw, to_unix_ms(retention.raw_before));
    if (done) done = forget_older(files.month, to_unix_ms(retention.five_minutes_before));
    if (done) done = forget_older(files.year, to_unix_ms(retention.hours_before));
    if (!done || retention.keep_free_bytes == 0) return done;
    const auto days = files.raw.existing(-always, always);
    for (std::size_t i = 0; i + 2 < days.size(); ++i) {
        if (free_bytes_of(directory) >= retention.keep_free_bytes) return {};
        if (done = files.raw.remove(days[i].path); !done) return done;
    }
    return {};
}

Result<SampleCheck> check_files(const Files& files) {
    SampleCheck found;
    for (const auto& one : files.raw.existing(-always, always)) {
        const auto check = [&](std::int64_t id, std::span<const std::uint8_t> row) {
            const auto chunk = [&](std::span<const std::uint8_t> bytes) {
                return check_chunk(bytes, found);
            };
            if (auto read = each_bound_chunk(id, row, chunk); !read)
                found.damage.push_back(
                    fmt::format("{}: row {}: {}", one.path.string(), id, read.error().text));
        };
        if (auto read = each_row(one.path, check); !read)
            found.damage.push_back(one.path.string() + ": " + read.error().text);
    }
    check_cells(files.month, files.five_minutes, found);
    check_cells(files.year, files.hours, found);
    return found;
}

}  // namespace frugald::samples
