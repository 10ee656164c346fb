#include "plugins/snmp/engine.h"

#include <doctest/doctest.h>

using namespace frugald::snmp;

namespace {

std::string element(int tag, const std::string& content) {
    return std::string{static_cast<char>(tag)} + static_cast<char>(content.size()) + content;
}

std::string number(unsigned value) {
    std::string bytes;
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift & 0xff);
    return element(2, bytes);
}

std::string answer(unsigned id, const std::string& engine) {
    const auto security = element(0x30, element(4, engine) + number(7) + number(1234) +
                                            element(4, "") + element(4, "") + element(4, ""));
    return element(
        0x30, number(3) + element(0x30, number(id)) + element(4, security) + element(0x30, "rest"));
}

}  // namespace

TEST_CASE("an agent's answer to the discovery tells its engine") {
    const auto engine = engine_in_answer(answer(42, "an-engine"), 42);
    REQUIRE(engine);
    CHECK(engine->id == "an-engine");
    CHECK(engine->boots == 7);
    CHECK(engine->time_s == 1234);
}

TEST_CASE("anything else is not an answer") {
    CHECK_FALSE(engine_in_answer(answer(41, "an-engine"), 42));
    CHECK_FALSE(engine_in_answer(answer(42, "tiny"), 42));
    CHECK_FALSE(engine_in_answer(answer(42, std::string(33, 'x')), 42));
    CHECK_FALSE(engine_in_answer("", 42));
    CHECK_FALSE(engine_in_answer(std::string(200, '\x30'), 42));
    CHECK_FALSE(engine_in_answer(engine_question(42), 42));
}

TEST_CASE("no cut and no changed byte of an answer is read out of bounds") {
    const auto good = answer(42, "an-engine");
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_FALSE(engine_in_answer(std::string{good, 0, size}, 42));
    for (std::size_t at = 0; at < good.size(); ++at)
        for (int byte = 0; byte < 256; ++byte) {
            auto changed = good;
            changed[at] = static_cast<char>(byte);
            static_cast<void>(engine_in_answer(changed, 42));
        }
}
