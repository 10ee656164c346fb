#include "daemon/store/codec/column.h"

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "daemon/store/codec/column_format.h"
#include "tests/support/fleet_samples.h"

using namespace frugald;
using namespace frugald::codec;
using test::Random;

namespace {

using Values = std::vector<std::optional<std::int64_t>>;
using Bytes = std::vector<std::uint8_t>;

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr Order orders[] = {Order::times, Order::series, Order::unordered};

Values made(unsigned count, const std::function<std::int64_t(unsigned)>& make) {
    Values values;
    for (unsigned i = 0; i < count; ++i) values.push_back(make(i));
    return values;
}

Bytes encoded(const Values& values, Order order, ColumnContext context = {}) {
    std::array<std::int64_t, block_length> numbers{};
    std::uint64_t present = 0;
    for (unsigned i = 0; i < values.size(); ++i) {
        numbers[i] = values[i].value_or(0x5555);
        present |= std::uint64_t{values[i].has_value()} << i;
    }
    Bytes bytes(max_column_size);
    const auto* end = encode_column(numbers.data(), present, static_cast<unsigned>(values.size()),
                                    order, context, bytes.data());
    bytes.resize(static_cast<std::size_t>(end - bytes.data()));
    return bytes;
}

/// Checks that it comes back, that skipping it ends at the same place with the same context, and
/// that no part of it is taken for it. Returns its size.
std::size_t check_round_trip(const Values& values, Order order, ColumnContext context = {}) {
    const auto count = static_cast<unsigned>(values.size());
    Bytes bytes = encoded(values, order, context);
    const std::size_t size = bytes.size();
    for (std::size_t part = 0; part < size; ++part) {
        Cursor in{{bytes.data(), part}};
        Column column;
        auto moved = context;
        CHECK_FALSE(decode_column(in, count, moved, column));
    }
    for (const std::size_t behind : {0U, 1U, 100U}) {
        bytes.resize(size + behind, 0xa5);
        Cursor in{bytes}, skipping{bytes};
        Column column;
        auto decoded_context = context, skipped_context = context;
        REQUIRE(decode_column(in, count, decoded_context, column));
        REQUIRE(skip_column(skipping, count, skipped_context));
        CHECK(in.left().size() == behind);
        CHECK(skipping.left().size() == behind);
        CHECK(decoded_context == skipped_context);
        for (unsigned i = 0; i < count; ++i) CHECK(column.at(i) == values[i]);
    }
    return size;
}

/// The control byte: behind the byte of extras, if there is one.
unsigned control_of(const Bytes& bytes) {
    return bytes[0] > extras_base && bytes[0] < all_missing ? bytes[1] : bytes[0];
}
Mode mode_of(const Bytes& bytes) { return static_cast<Mode>(control_of(bytes) / width_codes); }
unsigned extras_of(const Bytes& bytes) {
    return bytes[0] > extras_base && bytes[0] < all_missing ? bytes[0] - unsigned{extras_base} : 0;
}

std::int64_t square(unsigned i) { return std::int64_t{i} * i * 1000 + i % 2; }

}  // namespace

TEST_CASE("columns of every kind come back") {
    struct Row {
        const char* says;
        Values values;
        std::size_t largest_size;
    };
    const Row rows[] = {
        {"one zero", {0}, 2},
        {"one value", {-12345}, 4},
        {"one limit", {least}, 11},
        {"two values", {3120, 3150}, 6},
        {"sixty that are equal", made(60, [](unsigned) { return 300; }), 3},
        {"sixty that are the least", made(60, [](unsigned) { return least; }), 11},
        {"alternating limits", made(60, [](unsigned i) { return i % 2 ? least : most; }), 40},
        {"limits and zero",
         made(60, [](unsigned i) { return i % 3 ? i % 3 == 1 ? least : most : 0; }), 500},
        {"a rising line", made(60, [](unsigned i) { return 7 * std::int64_t{i}; }), 5},
        {"a falling line", made(60, [](unsigned i) { return -7'000'000 * std::int64_t{i}; }), 12},
        {"a parabola", made(60, square), 28},
        {"a step", made(60, [](unsigned i) { return i < 30 ? 100 : 400; }), 14},
        {"one outlier above", made(60, [](unsigned i) { return i == 17 ? 99999 : i % 4; }), 26},
        {"one outlier below",
         made(60, [](unsigned i) { return i == 17 ? -99999 : std::int64_t{i} % 4; }), 28},
        {"an outlier at the limit", made(60, [](unsigned i) { return i == 59 ? most : i % 4; }),
         40},
        {"outliers to both limits",
         made(60, [](unsigned i) { return i == 9   ? most
                                          : i == 8 ? least
                                                   : i % 4; }), 500},
        {"ten outliers", made(60, [](unsigned i) { return i % 6 ? i % 4 : 9000 + 9 * i; }), 44},
        {"steps of 120",
         made(60, [](unsigned i) { return 8400 + 120 * (std::int64_t{i} * 7 % 5); }), 30},
        {"steps of a power of two",
         made(60, [](unsigned i) { return 64 * (std::int64_t{i} * 7 % 5); }), 30},
        {"all missing", Values(60), 1},
        {"one missing, alone", Values(1), 1},
        {"one present of sixty",
         [] {
             Values v(60);
             v[59] = -5;
             return v;
         }(),
         11},
        {"every other present",
         [] {
             Values v(60);
             for (unsigned i = 0; i < 60; i += 2) v[i] = i;
             return v;
         }(),
         16},
        {"two present, far apart",
         [] {
             Values v(60);
             v[0] = least;
             v[59] = most;
             return v;
         }(),
         40},
    };
    for (const auto& row : rows) {
        for (const Order order : orders) {
            CAPTURE(row.says);
            CAPTURE(static_cast<int>(order));
            const auto size = check_round_trip(row.values, order);
            if (order == Order::series) CHECK(size <= row.largest_size);
            CHECK(check_round_trip(row.values, order, {.reference = most}) > 0);
            CHECK(check_round_trip(row.values, order, {.reference = least, .divisor = 120}) > 0);
        }
    }
}

TEST_CASE("the form is the smallest one") {
    Random random{4};
    const auto noise = [&](unsigned) { return random.gaussian() * 40; };
    const auto level = made(60, [&](unsigned i) { return 3000 + std::int64_t(noise(i)); });
    CHECK(mode_of(encoded(level, Order::series)) == Mode::raw);
    const auto counter =
        made(60, [&](unsigned i) { return 3000 * std::int64_t{i} + (i % 3) * 20; });
    CHECK(mode_of(encoded(counter, Order::series)) == Mode::delta);
    CHECK(mode_of(encoded(made(60, square), Order::series)) == Mode::delta_of_delta);
    const auto times = made(60, [&](unsigned i) {
        return 1'800'000'000'000 + 10'000 * std::int64_t{i} + std::int64_t(random.uniform() * 40);
    });
    const auto as_times = encoded(times, Order::times), as_series = encoded(times, Order::series);
    CHECK(mode_of(as_times) == Mode::line);
    CHECK(as_times.size() < as_series.size());
    auto late = times;
    *late[30] += 2500;
    CHECK(extras_of(encoded(late, Order::times)) == has_exceptions);
    CHECK(encoded(late, Order::times).size() < as_times.size() + 8);
    auto gap = times;
    for (unsigned i = 30; i < 60; ++i) *gap[i] += 10'000;
    CHECK(encoded(gap, Order::times).size() < as_times.size() + 16);
}

TEST_CASE("a finer scale than the device's costs at most three bytes") {
    Random random{5};
    Values watts, tenths, missing;
    for (unsigned i = 0; i < 60; ++i) {
        watts.push_back(300 + static_cast<std::int64_t>(random.bits() % 30));
        tenths.push_back(*watts.back() * 10);
    }
    const auto plain = encoded(watts, Order::series), fine = encoded(tenths, Order::series);
    CHECK(extras_of(plain) == 0);
    CHECK(extras_of(fine) == has_divisor);
    CHECK(fine.size() <= plain.size() + 3);
}

TEST_CASE("a divisor is written once, and the base is counted in it") {
    Random random{8};
    const auto fans =
        made(60, [&](unsigned) { return 8400 + 120 * std::int64_t(random.bits() % 6); });
    const ColumnContext known{.reference = 9000, .divisor = 120};
    CHECK(extras_of(encoded(fans, Order::series, known)) == 0);
    CHECK(encoded(fans, Order::series, known).size() + 3 <= encoded(fans, Order::series).size());
    const ColumnContext odd{.reference = 9001, .divisor = 120};
    CHECK(extras_of(encoded(fans, Order::series, odd)) == has_odd_base);
    const auto finer =
        made(60, [&](unsigned) { return 8400 + 60 * std::int64_t(random.bits() % 6); });
    CHECK(extras_of(encoded(finer, Order::series, known)) == has_divisor);
    const auto equal = made(60, [](unsigned) { return 8400; });
    CHECK(encoded(equal, Order::series, known) == Bytes{0, 9});
    // Two levels could do with a divisor of 600 and a bit each: it pays. Two values could too.
    const auto levels = made(60, [](unsigned i) { return i % 2 ? 8400 : 9000; });
    CHECK(extras_of(encoded(levels, Order::series, known)) == has_divisor);
    CHECK(extras_of(encoded({8400, 9000}, Order::series, known)) == 0);
}

TEST_CASE("a good reference makes the column smaller") {
    const auto values = made(60, [](unsigned i) { return 1'800'000'000'000 + i; });
    CHECK(check_round_trip(values, Order::series, {.reference = 1'800'000'000'001}) + 5 ==
          check_round_trip(values, Order::series));
}

TEST_CASE("random columns come back") {
    Random random{6};
    for (int turn = 0; turn < 3000; ++turn) {
        const auto count = static_cast<unsigned>(1 + random.bits() % 60);
        const auto shift = random.bits() % 64, step = 1 + random.bits() % 200;
        const double missing = turn % 3 == 0 ? 4 : 1e9, wild = turn % 2 == 0 ? 20 : 1e9;
        std::int64_t level = 0;
        const auto values = [&] {
            Values made(count);
            for (auto& value : made) {
                auto number = random.bits() >> shift;
                if (random.once_in(wild)) number = random.bits();
                if (turn % 5 == 0) number += static_cast<std::uint64_t>(level);
                level = static_cast<std::int64_t>(number);
                if (!random.once_in(missing)) value = static_cast<std::int64_t>(number * step);
            }
            return made;
        }();
        const auto reference = static_cast<std::int64_t>(random.bits() >> random.bits() % 64);
        const auto divisor = turn % 4 == 0 ? 1 + (random.bits() >> random.bits() % 64) : step;
        check_round_trip(values, orders[turn % 3],
                         {reference, std::max<std::uint64_t>(divisor, 1)});
    }
}

TEST_CASE("any byte changed gives an error or another column, nothing worse") {
    Random random{7};
    Values values = made(
        60, [&](unsigned i) { return i == 20 ? 70'000 : std::int64_t(random.bits() % 900) * 10; });
    values[3].reset();
    const Bytes bytes = encoded(values, Order::series);
    REQUIRE(extras_of(bytes) == (has_bitmap | has_divisor | has_exceptions));
    unsigned refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (unsigned to = 0; to < 256; ++to) {
            Bytes changed = bytes;
            changed[at] = static_cast<std::uint8_t>(to);
            Cursor in{changed}, skipping{changed};
            Column column;
            ColumnContext context, skipped;
            const auto decoded = decode_column(in, 60, context, column);
            const auto jumped = skip_column(skipping, 60, skipped);
            if (decoded) CHECK((column.present & ~all_present(60)) == 0);
            if (!decoded) CHECK(decoded.error().fault == Fault::invalid);
            if (decoded) CHECK(jumped);
            refused += !decoded;
        }
    }
    CHECK(refused > 0);
}

TEST_CASE("what no writer writes is refused") {
    constexpr std::uint8_t raw = 0, second_order = 2 * width_codes, wide = widest_code;
    struct Row {
        const char* says;
        unsigned count;
        Bytes bytes;
    };
    const Row rows[] = {
        {"extras without any", 60, {extras_base, raw, 0}},
        {"unknown extras", 60, {extras_base + all_extras + 1, raw, 0}},
        {"extras of extras", 60, {extras_base + has_divisor, extras_base + has_divisor, 2, 0}},
        {"none present, with a bitmap", 3, {extras_base + has_bitmap, raw, 0, 0}},
        {"present beyond the end", 3, {extras_base + has_bitmap, raw, 8, 0}},
        {"a divisor of 0", 60, {extras_base + has_divisor, raw, 0, 0}},
        {"too few for the form", 3, {extras_base + has_bitmap, second_order, 2, 0, 0, 0}},
        {"no exceptions", 60, {extras_base + has_exceptions, raw, 0, 0x10}},
        {"an exception of no value", 60, {extras_base + has_exceptions, raw, 0, 0x11, 60, 1}},
        {"more exceptions than values", 1, {extras_base + has_exceptions, raw, 0, 0x12, 0, 0, 1}},
        {"exceptions to all bits", 1, {extras_base + has_exceptions, wide, 0, 0x11, 0, 1}},
        {"exceptions of 65 bits", 60, {extras_base + has_exceptions, raw, 0, 1, 65, 0}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Bytes bytes = row.bytes;
        bytes.resize(bytes.size() + 600, 0);
        Cursor in{bytes};
        ColumnContext context;
        Column column;
        CHECK_FALSE(decode_column(in, row.count, context, column));
    }
    // The same with a place and a width that exist.
    Bytes good{extras_base + has_exceptions, raw, 0, 0x11, 59, 1};
    Cursor in{good};
    ColumnContext context;
    Column column;
    REQUIRE(decode_column(in, 60, context, column));
    CHECK(column.at(58) == 0);
    CHECK(column.at(59) == -1);
}
