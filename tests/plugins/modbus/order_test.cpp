#include <doctest/doctest.h>

#include <set>

#include "tests/plugins/modbus/fixture.h"

using namespace frugald;

namespace {

constexpr const char* host = "127.27.0.2";

Words dcba(Words words) { return low_first(bytes_swapped(std::move(words))); }

void put_abb(Server& server, Words (*written)(Words)) {
    server.put(1, 3, 0x5B14, written(i32(50000)));  // 500 W
    for (unsigned line = 0; line < 3; ++line) {
        server.put(1, 3, 0x5B16 + 2 * line, written(i32(16700)));
        server.put(1, 3, 0x5B0C + 2 * line, written(u32(72)));
        server.put(1, 3, 0x5B00 + 2 * line, written(u32(2301 + line)));
    }
    server.put(1, 3, 0x5000, written(u64(1234)));
}

Seen first_of(Rig& rig) {
    REQUIRE(rig.mistakes() == "");
    rig.start();
    REQUIRE(rig.run_until([&] { return !rig.of("m").empty(); }));
    return rig.of("m").front();
}

}  // namespace

TEST_CASE("a swapped word order is named, and `order` mends it") {
    struct Row {
        const char* order;
        Words (*written)(Words);
    };
    for (const auto& row :
         {Row{"cdab", low_first}, Row{"badc", bytes_swapped}, Row{"dcba", dcba}}) {
        CAPTURE(std::string{row.order});
        const std::string set = "order = \"" + std::string{row.order} + "\"";
        for (const char* profile : {"schneider", "abb-b23"}) {
            CAPTURE(std::string{profile});
            const bool abb = std::string{profile} == "abb-b23";
            Server server{host};
            abb ? put_abb(server, row.written) : put_schneider(server, 1, row.written);
            Rig wrong{meter("m", profile, host)};
            const auto text = failure_of(first_of(wrong));
            CHECK_MESSAGE(contains(text, "word order looks like " + std::string{row.order}), text);
            CHECK_MESSAGE(contains(text, set), text);
            Rig right{meter("m", profile, host, 1, set)};
            const auto seen = first_of(right);
            REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
            CHECK(seen.values.at("power_watts total") == doctest::Approx(abb ? 500 : 81500));
        }
    }
}

TEST_CASE("a meter that is off is not suspected: zeros are the same in any order") {
    Server server{host};
    for (unsigned first = 2990; first < 3220; ++first) server.put(1, 3, first, u16(0));
    Rig rig{meter("m", "schneider", host)};
    const auto seen = first_of(rig);
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(seen.values.at("power_watts total") == 0);
}

TEST_CASE("one value that cannot be is refused alone, the order is not blamed") {
    Server server{host};
    put_schneider(server, 1);
    server.put(1, 3, 3057, f32(1e9));
    Rig rig{meter("m", "schneider", host)};
    const auto seen = first_of(rig);
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(seen.refused ==
          std::map<std::string, std::string>{{"power_watts line L3", "implausible"}});
    CHECK(seen.values.at("power_watts total") == doctest::Approx(81500));
}

TEST_CASE("how a meter is read is part of its scale") {
    std::set<std::uint64_t> scales;
    for (const char* more : {"", "ct_ratio = 2", "reverse = true"}) {
        Server server{host};
        put_schneider(server, 1);
        server.put(1, 3, 3207, u64(1));
        Rig rig{meter("m", "schneider", host, 1, more)};
        const auto seen = first_of(rig);
        REQUIRE(!seen.failure);
        CHECK(rig.poll("m").scale == seen.scale);
        scales.insert(seen.scale);
    }
    CHECK(scales.size() == 3);
}
