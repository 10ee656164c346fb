#include "daemon/store/samples/bound_row.h"

#include <array>

#include "daemon/store/codec/crc32c.h"
#include "daemon/store/codec/little_endian.h"

namespace frugald::samples {

namespace {

constexpr std::size_t head_size = 5;

std::uint32_t sum_of(std::int64_t one, std::int64_t other, std::span<const std::uint8_t> data) {
    std::array<std::uint8_t, 16> keys;
    codec::store_le64(keys.data(), static_cast<std::uint64_t>(one));
    codec::store_le64(keys.data() + 8, static_cast<std::uint64_t>(other));
    return codec::crc32c(data, codec::crc32c(keys));
}

void put_head(std::uint32_t sum, std::vector<std::uint8_t>& row) {
    row.assign({0});
    for (unsigned i = 0; i < 4; ++i) row.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
}

bool has_head(std::span<const std::uint8_t> row) { return !row.empty() && row[0] == 0; }

bool head_is(std::uint32_t sum, std::span<const std::uint8_t> row) {
    if (row.size() < head_size) return false;
    std::uint32_t stored = 0;
    for (unsigned i = 0; i < 4; ++i) stored |= std::uint32_t{row[1 + i]} << (8 * i);
    return stored == sum;
}

}  // namespace

void bind_row(std::int64_t key, std::span<const std::uint8_t> data,
              std::vector<std::uint8_t>& row) {
    put_head(sum_of(key, 0, {}), row);
    row.insert(row.end(), data.begin(), data.end());
}

Result<std::span<const std::uint8_t>> unbind_row(std::int64_t key,
                                                 std::span<const std::uint8_t> row) {
    if (!has_head(row)) return row;
    if (head_is(sum_of(key, 0, {}), row)) return row.subspan(head_size);
    return fail(Fault::invalid, "a stored row is damaged: its key is not the one it was stored by");
}

void seal_state(std::int64_t stream, std::int64_t round, std::span<const std::uint8_t> data,
                std::vector<std::uint8_t>& row) {
    put_head(sum_of(stream, round, data), row);
    row.insert(row.end(), data.begin(), data.end());
}

Result<std::span<const std::uint8_t>> open_state(std::int64_t stream, std::int64_t round,
                                                 std::span<const std::uint8_t> row) {
    if (!has_head(row)) return row;
    if (row.size() >= head_size && head_is(sum_of(stream, round, row.subspan(head_size)), row))
        return row.subspan(head_size);
    return fail(Fault::invalid, "a stored state is damaged: its checksum does not match");
}

}  // namespace frugald::samples
