#include "plugins/modbus/number.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>

namespace frugald::modbus {

namespace {

std::uint64_t bits_of(std::span<const std::uint16_t> registers, Order order) {
    const bool low_first = order == Order::cdab || order == Order::dcba;
    const bool swap_bytes = order == Order::badc || order == Order::dcba;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < registers.size(); ++i) {
        unsigned word = registers[low_first ? registers.size() - 1 - i : i];
        if (swap_bytes) word = (word >> 8 | word << 8) & 0xffffU;
        bits = bits << 16 | word;
    }
    return bits;
}

std::optional<double> decimal(std::uint64_t bits, std::size_t registers) {
    double value = 0;
    for (auto shift = registers * 16; shift > 0; shift -= 4) {
        const auto digit = bits >> (shift - 4) & 15U;
        if (digit > 9) return std::nullopt;
        value = value * 10 + static_cast<double>(digit);
    }
    return value;
}

std::optional<double> finite(double value) {
    if (!std::isfinite(value)) return std::nullopt;
    return value;
}

struct Limits {
    NoValue no_value;
    std::span<const std::int64_t> absent;
};

template <class Signed>
std::optional<double> whole(Signed value, const Limits& limits) {
    using Range = std::numeric_limits<Signed>;
    const auto& none = limits.no_value;
    const bool highest = Range::is_signed ? none.signed_highest : none.unsigned_highest;
    if (highest && value == Range::max()) return std::nullopt;
    if (Range::is_signed && none.signed_lowest && value == Range::min()) return std::nullopt;
    for (const auto absent : limits.absent)
        if (static_cast<std::int64_t>(value) == absent) return std::nullopt;
    return static_cast<double>(value);
}

template <class Word>
std::optional<Word> meaning(std::string_view word, const std::vector<std::string_view>& words) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Word>(found - words.begin());
}

}  // namespace

const std::vector<std::string_view>& type_words() {
    static const std::vector<std::string_view> words{
        "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64", "bcd16", "bcd32", "bcd64", "acc32"};
    return words;
}

const std::vector<std::string_view>& order_words() {
    static const std::vector<std::string_view> words{"abcd", "cdab", "badc", "dcba"};
    return words;
}

std::optional<Type> type_of(std::string_view word) { return meaning<Type>(word, type_words()); }
std::optional<Order> order_of(std::string_view word) { return meaning<Order>(word, order_words()); }
std::string_view to_string(Order order) { return order_words()[static_cast<std::size_t>(order)]; }

std::size_t registers_of(Type type) {
    switch (type) {
        case Type::u16:
        case Type::i16:
        case Type::bcd16:
            return 1;
        case Type::u64:
        case Type::i64:
        case Type::f64:
        case Type::bcd64:
            return 4;
        default:
            return 2;
    }
}

std::optional<double> number_in(std::span<const std::uint16_t> registers, Type type, Order order,
                                NoValue no_value, std::span<const std::int64_t> absent) {
    assert(registers.size() == registers_of(type));
    const auto bits = bits_of(registers, order);
    const Limits limits{no_value, absent};
    const auto low = static_cast<std::uint32_t>(bits);
    switch (type) {
        case Type::u16:
            return whole(static_cast<std::uint16_t>(bits), limits);
        case Type::i16:
            return whole(static_cast<std::int16_t>(bits), limits);
        case Type::u32:
            return whole(low, limits);
        case Type::i32:
            return whole(static_cast<std::int32_t>(low), limits);
        case Type::u64:
            return whole(bits, limits);
        case Type::i64:
            return whole(static_cast<std::int64_t>(bits), limits);
        case Type::f32:
            return finite(static_cast<double>(std::bit_cast<float>(low)));
        case Type::f64:
            return finite(std::bit_cast<double>(bits));
        case Type::acc32:
            if (low == 0) return std::nullopt;
            return whole(low, limits);
        default:
            return decimal(bits, registers.size());
    }
}

}  // namespace frugald::modbus
