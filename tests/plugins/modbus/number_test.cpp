#include "plugins/modbus/number.h"

#include <doctest/doctest.h>

#include "tests/plugins/modbus/registers.h"

using namespace frugald::modbus;

namespace {

using Maybe = std::optional<double>;

Maybe read(const Words& words, const char* type, const char* order = "abcd", NoValue none = {},
           std::vector<std::int64_t> absent = {}) {
    return number_in(words, type_of(type).value(), order_of(order).value(), none, absent);
}

}  // namespace

TEST_CASE("every type is read in every order") {
    CHECK(read({0xfffe}, "u16") == 65534);
    CHECK(read({0xfffe}, "i16") == -2);
    CHECK(read({0x0102}, "u16", "badc") == 0x0201);
    CHECK(read({0x0102, 0x0304}, "u32") == 0x01020304);
    CHECK(read({0x0304, 0x0102}, "u32", "cdab") == 0x01020304);
    CHECK(read({0x0201, 0x0403}, "u32", "badc") == 0x01020304);
    CHECK(read({0x0403, 0x0201}, "u32", "dcba") == 0x01020304);
    CHECK(read({0xffff, 0xfffe}, "i32") == -2);
    CHECK(read({0, 0, 0, 7}, "u64") == 7);
    CHECK(read({7, 0, 0, 0}, "u64", "cdab") == 7);
    CHECK(read({0xffff, 0xffff, 0xffff, 0xfffe}, "i64") == -2);
    CHECK(read({0x479f, 0x2e00}, "f32") == 81500);
    CHECK(read({0x2e00, 0x479f}, "f32", "cdab") == 81500);
    CHECK(read(f64(1234567.25), "f64") == 1234567.25);
    CHECK(read(low_first(f64(-3.5)), "f64", "cdab") == -3.5);
    CHECK(read({0x0815}, "bcd16") == 815);
    CHECK(read({0x0012, 0x3456}, "bcd32") == 123456);
    CHECK(read({0x0000, 0x0012, 0x3456, 0x7890}, "bcd64") == 1234567890);
    CHECK(read({0, 9}, "acc32") == 9);
}

TEST_CASE("no value is nothing, and only where it is one") {
    CHECK(read({0x8000}, "i16") == -32768);
    CHECK(read({0x8000}, "i16", "abcd", {.signed_lowest = true}) == Maybe{});
    CHECK(read({0x7fff}, "i16", "abcd", {.signed_lowest = true}) == 32767);
    CHECK(read({0x7fff, 0xffff}, "i32", "abcd", {.signed_highest = true}) == Maybe{});
    CHECK(read({0xffff}, "u16", "abcd", {.signed_highest = true}) == 65535);
    CHECK(read({0xffff}, "u16", "abcd", {.unsigned_highest = true}) == Maybe{});
    CHECK(read({0xffff}, "i16", "abcd", {.unsigned_highest = true}) == -1);
    CHECK(read({0x7fc0, 0}, "f32") == Maybe{});
    CHECK(read({0x7f80, 0}, "f32") == Maybe{});
    CHECK(read({0x00a0}, "bcd16") == Maybe{});
    CHECK(read({0, 0}, "acc32") == Maybe{});
    CHECK(read({0, 99}, "u32", "abcd", {}, {98, 99}) == Maybe{});
}
