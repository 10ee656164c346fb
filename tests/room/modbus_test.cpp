#include "tests/room/meter/modbus.h"

#include <doctest/doctest.h>

using namespace frugald;
using namespace frugald::room;

namespace {

const TimePoint start{std::chrono::seconds(1000)};

std::string frame(std::uint8_t unit, std::uint8_t function, unsigned first, unsigned count) {
    const auto octet = [](unsigned value) { return static_cast<char>(value & 0xff); };
    return {octet(0x12),       octet(0x34),  octet(0),          octet(0),
            octet(0),          octet(6),     octet(unit),       octet(function),
            octet(first >> 8), octet(first), octet(count >> 8), octet(count)};
}

struct Rig {
    NodeKind kind{PowerProfile{}};
    Node node{"n1", 0, kind, 1, true, start};
    Meter meter;
    Rig() {
        node.power.set_fixed_watts(1000, start);
        meter.name = "main";
        meter.nodes = {&node};
        meter.overhead = 1.5;
        meter.start_watt_hours = 7;
    }
};

std::string hexadecimal(const std::string& text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char letter : text) {
        const auto octet = static_cast<std::uint8_t>(letter);
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

}  // namespace

TEST_CASE("total power is a float in kW, energy 64 bits in Wh, most significant word first") {
    Rig rig;
    // 1.5 kW = 3fc00000h
    CHECK(hexadecimal(answer_modbus(rig.meter, frame(1, 3, 3059, 2), start)) ==
          "12340000000701"
          "03043fc00000");
    const TimePoint later = start + std::chrono::hours(2);
    // 7 Wh + 2 h of 1.5 kW = 3007 = bbfh
    CHECK(hexadecimal(answer_modbus(rig.meter, frame(1, 3, 3203, 4), later)) ==
          "12340000000b01"
          "03080000000000000bbf");
}

TEST_CASE("what a meter refuses") {
    Rig rig;
    const auto code = [&rig](const std::string& request) {
        const std::string answer = answer_modbus(rig.meter, request, start);
        REQUIRE(answer.size() == 9);
        CHECK((static_cast<unsigned>(answer[7]) & 0x80U) != 0);
        return static_cast<int>(answer[8]);
    };
    CHECK(code(frame(1, 4, 3059, 2)) == 1);
    CHECK(code(frame(1, 3, 3060, 2)) == 2);
    CHECK(code(frame(1, 3, 3059, 20)) == 2);
    CHECK(code(frame(1, 3, 0xffff, 2)) == 2);
    CHECK(code(frame(1, 3, 3059, 0)) == 3);
    CHECK(code(frame(1, 3, 3059, 126)) == 3);
    CHECK(code(frame(2, 3, 3059, 2)) == 11);
}
