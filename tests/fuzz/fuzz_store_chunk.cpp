// Any bytes as a chunk of the store, as they are and as the body behind a good checksum: what can
// be read can be written and read again, and reading some sensors agrees with reading all.
#include <cstdint>
#include <cstdlib>

#include "daemon/store/codec/chunk.h"
#include "daemon/store/codec/frame.h"

namespace {

using namespace frugald::codec;
using Bytes = std::vector<std::uint8_t>;

void require(bool holds) {
    if (!holds) std::abort();
}

bool same(const Column& one, const Column& other, unsigned count) {
    if (one.present != other.present) return false;
    for (unsigned i = 0; i < count; ++i)
        if (one.at(i) != other.at(i)) return false;
    return true;
}

/// True if all of it can be read; then `again` holds what a writer makes of it.
bool read_all(std::span<const std::uint8_t> blob, Bytes& again) {
    auto reader = ChunkReader::open(blob);
    if (!reader) return false;
    ChunkWriter writer{reader->sensor_set(), reader->sensors()};
    std::vector<std::optional<std::int64_t>> values(reader->sensors());
    ChunkBlock block;
    for (;;) {
        const auto more = reader->next(block);
        if (!more) return false;
        if (!*more) break;
        for (unsigned i = 0; i < block.polls; ++i) {
            for (std::size_t sensor = 0; sensor < values.size(); ++sensor)
                values[sensor] = block.columns[sensor].at(i);
            writer.append(block.at_ms.values[i], values);
        }
    }
    writer.finish(again);
    return true;
}

/// Both hold the same polls; of the second only every other sensor is read.
void require_same(std::span<const std::uint8_t> blob, std::span<const std::uint8_t> again) {
    auto all = ChunkReader::open(blob), some = ChunkReader::open(again);
    require(all && some && all->polls() == some->polls() && all->sensors() == some->sensors());
    std::vector<unsigned> wanted;
    for (unsigned sensor = 0; sensor < all->sensors(); sensor += 2) wanted.push_back(sensor);
    ChunkBlock whole, part;
    for (;;) {
        const auto more = all->next(whole), also = some->next(wanted, part);
        require(more && also && *more == *also);
        if (!*more) break;
        require(whole.polls == part.polls && same(whole.at_ms, part.at_ms, whole.polls));
        for (std::size_t i = 0; i < wanted.size(); ++i)
            require(same(whole.columns[wanted[i]], part.columns[i], whole.polls));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes again;
    static_cast<void>(read_all({data, size}, again));
    Bytes blob;
    begin_frame(blob, Kind::chunk);
    blob.insert(blob.end(), data, data + size);
    seal_frame(blob);
    if (read_all(blob, again)) require_same(blob, again);
    return 0;
}
