#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace frugald::modbus {

/// How a number is written in registers. `acc32` is SunSpec's counter: 0 means that there is none.
enum class Type { u16, i16, u32, i32, u64, i64, f32, f64, bcd16, bcd32, bcd64, acc32 };

/// Where the bytes of a 32-bit number 0xAABBCCDD stand, first register first. 64-bit numbers
/// likewise: cdab is the least significant register first.
enum class Order { abcd, cdab, badc, dcba };

/// Numbers that stand for "no value", beside NaN and what is no decimal digit.
struct NoValue {
    bool signed_lowest = false;     // 8000h, 80000000h ...
    bool signed_highest = false;    // 7FFFh, 7FFFFFFFh ...
    bool unsigned_highest = false;  // FFFFh, FFFFFFFFh ...
};

/// The words of profiles: "u16" ... and "abcd" ...
const std::vector<std::string_view>& type_words();
const std::vector<std::string_view>& order_words();
std::optional<Type> type_of(std::string_view word);
std::optional<Order> order_of(std::string_view word);
std::string_view to_string(Order order);

std::size_t registers_of(Type type);

/// The number in `registers`, as many as the type has; nothing for "no value". `absent` lists raw
/// numbers that mean it too.
std::optional<double> number_in(std::span<const std::uint16_t> registers, Type type, Order order,
                                NoValue no_value, std::span<const std::int64_t> absent);

}  // namespace frugald::modbus
