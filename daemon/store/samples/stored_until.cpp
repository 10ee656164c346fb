#include "daemon/store/samples/stored_until.h"

#include "daemon/store/samples/bound_row.h"
#include "daemon/store/samples/files.h"

namespace frugald::samples {

namespace {

/// `end_of(id, data)`: where the values of a row end.
template <class EndOf>
StoredUntil read_files(const std::vector<std::filesystem::path>& paths, const EndOf& end_of,
                       std::vector<std::string>& damage) {
    StoredUntil stored;
    for (const auto& path : paths) {
        auto file = Database::open_to_read(path);
        auto query = file ? file->prepare("SELECT id, data FROM chunk")
                          : Result<Statement>{tl::unexpected(file.error())};
        Result<bool> row = query ? query->step() : Result<bool>{tl::unexpected(query.error())};
        for (; row && *row; row = query->step()) {
            const auto id = query->integer(0);
            const auto data = unbind_row(id, query->blob(1));
            if (!data) continue;
            auto& until = stored[static_cast<std::uint32_t>(id & stream_mask)];
            until = std::max(until, end_of(id, *data));
        }
        if (!row) damage.push_back(row.error().text);
    }
    return stored;
}

std::int64_t end_of_chunks(std::span<const std::uint8_t> data) {
    std::int64_t end = 0;
    const auto take = [&](std::span<const std::uint8_t> chunk) -> Result<void> {
        auto reader = codec::ChunkReader::open(chunk);
        if (!reader) return tl::unexpected(reader.error());
        codec::ChunkBlock block;
        for (;;) {
            const auto more = reader->next({}, block);
            if (!more || !*more) return {};
            for (unsigned i = 0; i < block.polls; ++i)
                end = std::max(end, block.at_ms.values[i] + 1);
        }
    };
    static_cast<void>(each_chunk(data, take));
    return end;
}

}  // namespace

StoredUntil stored_chunks(const std::vector<std::filesystem::path>& files,
                          std::vector<std::string>& damage) {
    const auto end = [](std::int64_t, std::span<const std::uint8_t> data) {
        return end_of_chunks(data);
    };
    return read_files(files, end, damage);
}

StoredUntil stored_cells(const std::vector<std::filesystem::path>& files, const Rollup& rollup,
                         std::vector<std::string>& damage) {
    const auto end_of = [&](std::int64_t id, std::span<const std::uint8_t> data) {
        std::int64_t end = 0;
        const auto all = [](std::uint32_t) { return true; };
        const auto take = [&](std::uint32_t, std::span<const Cell> cells) {
            for (const auto& cell : cells) end = std::max(end, cell.begin_ms + rollup.period_ms());
        };
        const auto unit = std::clamp<std::int64_t>(id >> 24, -(1 << 30), 1 << 30);
        static_cast<void>(
            decode_cells(data, unit * rollup.row_ms(), rollup.period_ms(), all, take));
        return end;
    };
    return read_files(files, end_of, damage);
}

}  // namespace frugald::samples
