#include "tests/room/pdu/live_mib.h"

#include <doctest/doctest.h>

using namespace frugald::room;

namespace {

const TimePoint start{std::chrono::seconds(1000)};

std::int64_t number(const Mib& mib, const std::string& oid, TimePoint now) {
    const std::size_t found = mib.find(*parse_oid(oid));
    REQUIRE_MESSAGE(found < mib.size(), oid);
    const SnmpValue value = mib.value(found, now);
    std::int64_t result = 0;
    for (const char octet : value.content) result = result * 256 + static_cast<std::uint8_t>(octet);
    return result;
}

/// Three nodes of 120, 240 and 360 W on a PDU of three phases with four outlets.
struct Rig {
    NodeKind kind{PowerProfile{}};
    std::vector<Node> nodes;
    PduLoad load;
    Rig() {
        nodes.reserve(3);
        for (std::uint32_t i = 0; i < 3; ++i) {
            nodes.emplace_back("n" + std::to_string(i + 1), i, kind, i, true, start);
            nodes.back().power.set_fixed_watts(120.0 * (i + 1), start);
            load.outlets.push_back({&nodes.back(), 1});
        }
        load.outlets.push_back({});
        load.name = "p1";
        load.phases = 3;
        load.started = start;
    }
    std::shared_ptr<const Mib> mib(const std::string& shape) const {
        return make_live_mib(std::make_shared<const MibLayout>(find_layout(shape)(load)), load);
    }
};

}  // namespace

TEST_CASE("APC rPDU2: device and phases in 10 W, outlets in W, energy in 0.1 kWh") {
    Rig rig;
    const auto mib = rig.mib("apc-rpdu2");
    const std::string base = "1.3.6.1.4.1.318.1.1.26.";
    CHECK(number(*mib, base + "4.3.1.5.1", start) == 72);
    CHECK(number(*mib, base + "6.3.1.7.2", start) == 24);
    CHECK(number(*mib, base + "6.3.1.5.3", start) == 16);  // 360 W / (230 V * 0.96) = 1.63 A
    CHECK(number(*mib, base + "9.4.3.1.7.3", start) == 360);
    CHECK(number(*mib, base + "9.4.3.1.7.4", start) == 0);
    CHECK(number(*mib, base + "9.4.3.1.11.2", start + std::chrono::hours(10)) == 24);
    CHECK(number(*mib, base + "4.3.1.9.1", start + std::chrono::hours(10)) == 72);
    CHECK(number(*mib, "1.3.6.1.2.1.1.3.0", start + std::chrono::seconds(5)) == 500);
}

TEST_CASE("Sentry4: watts, 0.01 A, 0.1 V, an outlet's energy in Wh") {
    Rig rig;
    const auto mib = rig.mib("sentry4");
    const std::string base = "1.3.6.1.4.1.1718.4.1.";
    CHECK(number(*mib, base + "3.3.1.3.1.1", start) == 720);
    CHECK(number(*mib, base + "4.3.1.3.1.1.3", start) == 163);
    CHECK(number(*mib, base + "5.3.1.3.1.1.1", start) == 2300);
    CHECK(number(*mib, base + "8.3.1.7.1.1.2", start) == 240);
    CHECK(number(*mib, base + "8.3.1.14.1.1.1", start + std::chrono::hours(2)) == 240);
}

TEST_CASE("Raritan: the scale of a sensor stands beside its value") {
    Rig rig;
    const auto mib = rig.mib("raritan-px2");
    const std::string base = "1.3.6.1.4.1.13742.6.";
    CHECK(number(*mib, base + "5.2.3.1.4.1.1.5", start) == 720);
    CHECK(number(*mib, base + "3.5.4.1.7.1.3.1", start) == 3);
    CHECK(number(*mib, base + "5.4.3.1.4.1.3.1", start) == 1630);
    CHECK(number(*mib, base + "5.4.3.1.4.1.3.5", start) == 360);
}

TEST_CASE("the objects of every shape are in strict order") {
    Rig rig;
    for (const std::string shape : {"apc-rpdu2", "sentry4", "raritan-px2"}) {
        const auto mib = rig.mib(shape);
        for (std::size_t i = 1; i < mib->size(); ++i) {
            CHECK(mib->oid(i - 1) < mib->oid(i));
            CHECK(mib->find(mib->oid(i)) == i);
        }
    }
    const bool known = find_layout("other") != nullptr;
    CHECK_FALSE(known);
}
