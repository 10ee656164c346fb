#include "daemon/store/codec/bits.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "daemon/store/codec/crc32c.h"
#include "daemon/store/codec/cursor.h"
#include "tests/support/fleet_samples.h"

using namespace frugald::codec;
using frugald::test::Random;

namespace {

using Numbers = std::vector<std::uint64_t>;
using Bytes = std::vector<std::uint8_t>;

Bytes packed(const Numbers& values, unsigned width) {
    Bytes bytes(packed_size(values.size(), width));
    pack(values, width, bytes.data());
    return bytes;
}

std::uint64_t cut(std::uint64_t value, unsigned width) {
    return width == 64 ? value : value & ((std::uint64_t{1} << width) - 1);
}

/// One bit at a time, as the format says it.
Bytes packed_slowly(const Numbers& values, unsigned width) {
    Bytes bytes(packed_size(values.size(), width));
    for (std::size_t i = 0; i < values.size(); ++i)
        for (unsigned bit = 0; bit < width; ++bit)
            if (values[i] >> bit & 1)
                bytes[(i * width + bit) / 8] |=
                    static_cast<std::uint8_t>(1U << (i * width + bit) % 8);
    return bytes;
}

}  // namespace

TEST_CASE("numbers of every width come back, with and without bytes behind them") {
    Random random{1};
    for (unsigned width = 0; width <= 64; ++width) {
        for (const std::size_t count : {0U, 1U, 2U, 3U, 7U, 8U, 9U, 59U, 60U, 61U, 200U}) {
            CAPTURE(width);
            CAPTURE(count);
            Numbers values(count);
            for (auto& value : values) value = random.bits();
            auto bytes = packed(values, width);
            CHECK(bytes == packed_slowly(values, width));
            for (auto& value : values) value = cut(value, width);
            Numbers read(count, 1);
            CHECK(unpack(bytes, width, read));
            CHECK(read == values);
            bytes.resize(bytes.size() + 20, 0xff);
            std::ranges::fill(read, 1);
            CHECK(unpack(bytes, width, read));
            CHECK(read == values);
        }
    }
}

TEST_CASE("bytes that are too few are not read, nor a width that does not exist") {
    const Numbers values(60, ~std::uint64_t{0});
    for (unsigned width = 1; width <= 64; ++width) {
        CAPTURE(width);
        auto bytes = packed(values, width);
        bytes.pop_back();
        Numbers read(60, 5);
        CHECK_FALSE(unpack(bytes, width, read));
        CHECK(read == Numbers(60, 5));
    }
    Numbers read(1, 5);
    CHECK_FALSE(unpack(Bytes(100), 65, read));
}

TEST_CASE("a number needs as many bits as its highest one") {
    CHECK(bits_needed(0) == 0);
    CHECK(bits_needed(1) == 1);
    CHECK(bits_needed(255) == 8);
    CHECK(bits_needed(256) == 9);
    CHECK(bits_needed(~std::uint64_t{0}) == 64);
}

TEST_CASE("varints and zigzag come back at every size, and say their size beforehand") {
    for (unsigned bit = 0; bit < 64; ++bit) {
        for (const std::uint64_t around : {~std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{1}}) {
            const std::uint64_t number = (std::uint64_t{1} << bit) + around;
            CAPTURE(number);
            std::uint8_t bytes[max_varint];
            const auto size = static_cast<std::size_t>(put_varint(bytes, number) - bytes);
            CHECK(size == varint_size(number));
            Cursor in{{bytes, size}};
            std::uint64_t read = 0;
            CHECK(in.take_varint(read));
            CHECK(read == number);
            CHECK(in.left().empty());
            Cursor cut_short{{bytes, size - 1}};
            CHECK_FALSE(cut_short.take_varint(read));
            CHECK(cut_short.left().size() == size - 1);
            const auto with_sign = static_cast<std::int64_t>(number);
            CHECK(unzigzag(zigzag(with_sign)) == with_sign);
        }
    }
    CHECK(zigzag(0) == 0);
    CHECK(zigzag(-1) == 1);
    CHECK(zigzag(1) == 2);
}

TEST_CASE("a varint of more than 64 bits is none") {
    Bytes bytes(9, 0xff);
    bytes.push_back(2);
    std::uint64_t read = 0;
    CHECK_FALSE(Cursor{bytes}.take_varint(read));
    bytes.back() = 0x81;
    bytes.push_back(0);
    CHECK_FALSE(Cursor{bytes}.take_varint(read));
}

TEST_CASE("the checksum is CRC-32C, by the instruction and by the table") {
    // RFC 3720, B.4
    Bytes rising(32);
    for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<std::uint8_t>(i);
    const std::string_view digits = "123456789";
    const Bytes text{digits.begin(), digits.end()};
    for (const auto sum : {crc32c, crc32c_by_table}) {
        CHECK(sum(Bytes(32, 0), 0) == 0x8a9136aa);
        CHECK(sum(Bytes(32, 0xff), 0) == 0x62a8ab43);
        CHECK(sum(rising, 0) == 0x46dd794e);
        CHECK(sum(text, 0) == 0xe3069283);
        CHECK(sum({}, 0) == 0);
    }
    Random random{2};
    Bytes bytes(1000);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.bits());
    for (std::size_t size = 0; size < 100; ++size) {
        const std::span<const std::uint8_t> all{bytes};
        const auto part = all.subspan(size % 9, size);
        CHECK(crc32c(part) == crc32c_by_table(part));
        CHECK(crc32c(all.subspan(size), crc32c(all.first(size))) == crc32c(all));
    }
}
