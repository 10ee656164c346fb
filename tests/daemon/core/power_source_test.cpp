#include "daemon/core/power_source.h"

#include <doctest/doctest.h>

using namespace frugald;

TEST_CASE("a source of power is a device, or one part of it") {
    struct Row {
        const char* text;
        PowerSource source;
        const char* whole;
    };
    const Row rows[] = {
        {"c001", {"c001"}, "c001"},
        {"rack7-a:12", {"rack7-a", Part::outlet, "12"}, "rack7-a:outlet:12"},
        {"rack7-a:L1", {"rack7-a", Part::line, "L1"}, "rack7-a:line:L1"},
        {"rack7-a:branch:2", {"rack7-a", Part::branch, "2"}, "rack7-a:branch:2"},
        {"rack7-a:outlet:A:1", {"rack7-a", Part::outlet, "A:1"}, "rack7-a:outlet:A:1"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto source = parse_power_source(row.text);
        REQUIRE(source);
        CHECK(*source == row.source);
        CHECK(to_string(*source) == row.whole);
        CHECK(*parse_power_source(row.whole) == row.source);
    }
}

TEST_CASE("what is no source says why") {
    for (const char* text : {"", ":12", "rack7-a:", "rack7-a:fan:1", "rack7-a:outlet:"}) {
        CAPTURE(text);
        const auto source = parse_power_source(text);
        REQUIRE_FALSE(source);
        CHECK(source.error().fault == Fault::invalid);
        CHECK_FALSE(source.error().text.empty());
    }
}
