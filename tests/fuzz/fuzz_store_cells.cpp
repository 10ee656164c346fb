// Any bytes as a row of cells of the store, as they are and as the body behind a good checksum, and
// as the state of a rollup: what can be read can be written and read again, the same.
#include <cstdint>
#include <cstdlib>

#include "daemon/store/codec/frame.h"
#include "daemon/store/samples/bound_row.h"
#include "daemon/store/samples/cell_row.h"
#include "daemon/store/samples/track.h"

namespace {

using namespace frugald;
using namespace frugald::samples;
using Bytes = std::vector<std::uint8_t>;

constexpr std::int64_t period_ms = 300'000;

void require(bool holds) {
    if (!holds) std::abort();
}

/// False if not all of it can be read; `ordered` if it is what a writer could have written.
bool read_all(std::span<const std::uint8_t> blob, CellRow& row, bool& ordered) {
    ordered = true;
    const auto all = [](std::uint32_t) { return true; };
    const auto take = [&](std::uint32_t sensor, std::span<const Cell> cells) {
        if (!row.empty() && sensor <= row.rbegin()->first) ordered = false;
        for (std::size_t i = 1; i < cells.size(); ++i)
            if (cells[i].begin_ms <= cells[i - 1].begin_ms) ordered = false;
        for (const auto& cell : cells)
            require(cell.begin_ms >= 0 && cell.begin_ms < cells_per_row * period_ms);
        row[sensor].assign(cells.begin(), cells.end());
    };
    return decode_cells(blob, 0, period_ms, all, take).has_value();
}

void try_cells(std::span<const std::uint8_t> blob) {
    CellRow row, again;
    bool ordered = false, same_order = false;
    if (!read_all(blob, row, ordered) || !ordered) return;
    Bytes written;
    encode_cells(row, 0, period_ms, written);
    require(read_all(written, again, same_order) && same_order && row == again);
}

void try_tracks(std::span<const std::uint8_t> data) {
    codec::Cursor in{data};
    for (Track track{0}; !in.left().empty() && Track::read(in, track);) {
        Bytes once, twice;
        track.write(once);
        codec::Cursor again{once};
        Track copy{0};
        require(Track::read(again, copy) && again.left().empty());
        copy.write(twice);
        require(once == twice);
        // It goes on from whatever it was.
        std::vector<Cell> done;
        static_cast<void>(track.current());
        track.take(track.last_ms() / 2 + 1, 7, Quantity::power_watts, period_ms, done);
        track.close(done);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span bytes{data, size};
    try_cells(bytes);
    Bytes blob;
    codec::begin_frame(blob, codec::Kind::cells);
    blob.insert(blob.end(), data, data + size);
    codec::seal_frame(blob);
    try_cells(blob);
    try_tracks(bytes);
    static_cast<void>(unbind_row(5, bytes));
    static_cast<void>(open_state(5, 6, bytes));
    return 0;
}
