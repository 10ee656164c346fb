#include "daemon/store/codec/crc32c.h"

#include <array>

#include "daemon/store/codec/little_endian.h"

namespace frugald::codec {

namespace {

constexpr std::uint32_t polynomial = 0x82f63b78;  // 0x1edc6f41, its bits mirrored

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

/// tables[k][b]: what byte `b` does to the sum with `k` bytes behind it ("slicing by 8").
constexpr Table make_tables() {
    Table tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t sum = byte;
        for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? polynomial : 0);
        tables[0][byte] = sum;
    }
    for (std::size_t k = 1; k < 8; ++k)
        for (std::size_t byte = 0; byte < 256; ++byte)
            tables[k][byte] = tables[k - 1][byte] >> 8 ^ tables[0][tables[k - 1][byte] & 255];
    return tables;
}

constexpr Table tables = make_tables();

#ifdef __x86_64__
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::span<const std::uint8_t> bytes,
                                                               std::uint32_t before) {
    std::uint64_t sum = ~before;
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) sum = __builtin_ia32_crc32di(sum, load_le64(at));
    auto narrow = static_cast<std::uint32_t>(sum);
    for (; left > 0; --left) narrow = __builtin_ia32_crc32qi(narrow, *at++);
    return ~narrow;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::span<const std::uint8_t> bytes, std::uint32_t before) {
    std::uint32_t sum = ~before;
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        const std::uint64_t word = load_le64(at) ^ sum;
        sum = 0;
        for (unsigned byte = 0; byte < 8; ++byte) sum ^= tables[7 - byte][word >> (8 * byte) & 255];
    }
    for (; left > 0; --left) sum = sum >> 8 ^ tables[0][(sum ^ *at++) & 255];
    return ~sum;
}

std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("sse4.2")) return by_instruction(bytes, before);
#endif
    return crc32c_by_table(bytes, before);
}

}  // namespace frugald::codec
