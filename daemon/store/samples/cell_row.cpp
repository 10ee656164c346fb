#include "daemon/store/samples/cell_row.h"

#include <algorithm>
#include <array>

#include "daemon/store/codec/column.h"
#include "daemon/store/codec/frame.h"

namespace frugald::samples {

namespace {

constexpr unsigned columns = 8;
using Fields = std::array<std::int64_t, columns>;

std::int64_t minus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

Fields fields_of(const Cell& cell, std::int64_t place) {
    return {place,
            cell.samples,
            cell.covered_ms,
            cell.integral,
            cell.resets,
            cell.mean,
            minus(cell.mean, cell.min),
            minus(cell.max, cell.mean)};
}

Cell cell_of(const Fields& from, std::int64_t first_ms, std::int64_t period_ms) {
    return {.begin_ms = first_ms + from[0] * period_ms,
            .samples = from[1],
            .covered_ms = from[2],
            .integral = from[3],
            .resets = from[4],
            .min = minus(from[5], from[6]),
            .mean = from[5],
            .max = plus(from[5], from[7])};
}

void encode_part(const std::vector<Cell>& cells, std::int64_t first_ms, std::int64_t period_ms,
                 std::vector<std::uint8_t>& out) {
    const auto count = static_cast<unsigned>(cells.size());
    std::array<std::array<std::int64_t, codec::block_length>, columns> values;
    for (unsigned i = 0; i < count; ++i) {
        const auto fields = fields_of(cells[i], (cells[i].begin_ms - first_ms) / period_ms);
        for (unsigned column = 0; column < columns; ++column) values[column][i] = fields[column];
    }
    out.push_back(static_cast<std::uint8_t>(count));
    std::uint8_t bytes[codec::max_column_size];
    for (unsigned column = 0; column < columns; ++column) {
        codec::ColumnContext context;
        const auto* end = codec::encode_column(values[column].data(), codec::all_present(count),
                                               count, codec::Order::series, context, bytes);
        out.insert(out.end(), static_cast<const std::uint8_t*>(bytes), end);
    }
}

tl::unexpected<Error> damaged(const char* what) {
    return fail(Fault::invalid, std::string{"a stored row of cells is damaged: "} + what);
}

Result<unsigned> decode_part(codec::Cursor in, std::int64_t first_ms, std::int64_t period_ms,
                             std::array<Cell, codec::block_length>& cells) {
    std::uint8_t count;
    if (!in.take(count) || count == 0 || count > codec::block_length)
        return damaged("it has an impossible number of cells");
    std::array<codec::Column, columns> read;
    for (auto& column : read) {
        codec::ColumnContext context;
        if (!codec::decode_column(in, count, context, column) ||
            column.present != codec::all_present(count))
            return damaged("a column is unreadable");
    }
    for (unsigned i = 0; i < count; ++i) {
        Fields fields;
        for (unsigned column = 0; column < columns; ++column)
            fields[column] = read[column].values[i];
        if (fields[0] < 0 || fields[0] >= cells_per_row)
            return damaged("a cell is outside its row");
        cells[i] = cell_of(fields, first_ms, period_ms);
    }
    return count;
}

void put(std::vector<std::uint8_t>& out, std::uint64_t number) {
    std::uint8_t bytes[codec::max_varint];
    out.insert(out.end(), bytes, codec::put_varint(bytes, number));
}

}  // namespace

void encode_cells(const CellRow& row, std::int64_t first_ms, std::int64_t period_ms,
                  std::vector<std::uint8_t>& blob) {
    std::vector<std::uint8_t> parts;
    codec::begin_frame(blob, codec::Kind::cells);
    put(blob, row.size());
    std::uint32_t before = 0;
    for (const auto& [sensor, cells] : row) {
        const auto begin = parts.size();
        encode_part(cells, first_ms, period_ms, parts);
        put(blob, sensor - before);
        put(blob, parts.size() - begin);
        before = sensor;
    }
    blob.insert(blob.end(), parts.begin(), parts.end());
    codec::seal_frame(blob);
}

Result<void> decode_cells(std::span<const std::uint8_t> blob, std::int64_t first_ms,
                          std::int64_t period_ms, const std::function<bool(std::uint32_t)>& wanted,
                          const std::function<void(std::uint32_t, std::span<const Cell>)>& take) {
    const auto body = codec::open_frame(blob, codec::Kind::cells);
    if (!body) return tl::unexpected(body.error());
    codec::Cursor in{*body};
    std::uint64_t sensors;
    if (!in.take_varint(sensors)) return damaged("its header is cut short");
    codec::Cursor directory = in;
    for (std::uint64_t i = 0; i < 2 * sensors; ++i) {
        std::uint64_t ignored;
        if (!in.take_varint(ignored)) return damaged("its directory is cut short");
    }
    std::uint64_t sensor = 0;
    std::array<Cell, codec::block_length> cells;
    for (std::uint64_t i = 0; i < sensors; ++i) {
        std::uint64_t step, size;
        std::span<const std::uint8_t> part;
        if (!directory.take_varint(step) || !directory.take_varint(size) || !in.take(size, part))
            return damaged("a part is cut short");
        sensor += step;
        const auto id = static_cast<std::uint32_t>(sensor);
        if (!wanted(id)) continue;
        const auto count = decode_part(codec::Cursor{part}, first_ms, period_ms, cells);
        if (!count) return tl::unexpected(count.error());
        take(id, {cells.data(), *count});
    }
    return {};
}

void add_cell(std::vector<Cell>& cells, const Cell& cell) {
    const auto at = std::ranges::lower_bound(cells, cell.begin_ms, {}, &Cell::begin_ms);
    if (at == cells.end() || at->begin_ms != cell.begin_ms)
        cells.insert(at, cell);
    else if (*at != cell)
        at->add(cell);
}

}  // namespace frugald::samples
