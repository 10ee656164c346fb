#include "plugins/command/document.h"

#include <doctest/doctest.h>

#include "plugins/command/time_text.h"
#include "tests/plugins/command/rig.h"

using namespace frugald;
using namespace frugald::command;

namespace {

const WallTime now = parse_time("2026-11-21T08:00:00Z").value();

Result<Document> read(const std::string& readings, const std::string& more = {}) {
    return read_document("{\"schema\":\"frugald-source/1\",\"readings\":" + readings + more + "}",
                         now);
}

}  // namespace

TEST_CASE("a document is read: every quantity, every part, null for what is not measured") {
    const auto document = read(
        R"([{"quantity":"power_watts","value":81500.5,"unit":"W"},
            {"quantity":"power_watts","part":"line","name":"L1","value":-3},
            {"quantity":"current_amperes","part":"branch","name":"B1","value":1},
            {"quantity":"voltage_volts","part":"line","name":"L1","value":230},
            {"quantity":"energy_joules","part":"total","value":3.6e9},
            {"quantity":"temperature_celsius","part":"sensor","name":"inlet","value":18},
            {"quantity":"fan_speed_rpm","part":"sensor","name":"fan","value":4000},
            {"quantity":"power_factor","part":"outlet","name":"12","value":0.97},
            {"quantity":"cap_watts","value":400},
            {"quantity":"power_watts","part":"psu","name":"1","value":null}])",
        R"(,"at":"2026-11-21T07:59:00.5+01:00")");
    REQUIRE_MESSAGE(document, document.error().text);
    CHECK(document->readings.size() == 9);
    CHECK(document->readings[0].value == 81500.5);
    CHECK(document->readings[1].part == Part::line);
    CHECK(document->readings[1].name == "L1");
    CHECK(document->at == parse_time("2026-11-21T06:59:00.500Z"));
    CHECK(read("[]")->readings.empty());
}

TEST_CASE("what is not understood is refused whole, with the reason") {
    struct Row {
        std::string text;
        const char* expected;
    };
    const auto in = [](const std::string& reading, const std::string& more = {}) {
        return "{\"schema\":\"frugald-source/1\",\"readings\":[" + reading + "]" + more + "}";
    };
    const std::string watts = R"({"quantity":"power_watts","value":1})";
    const Row rows[] = {
        {"", "it is no JSON: ''"},
        {"power 81.5", "it is no JSON: 'power 81.5'"},
        {in(watts) + in(watts), "it is no JSON"},
        {"[]", "it is no JSON object"},
        {R"({"readings":[]})", "'schema' is '', not 'frugald-source/1'"},
        {R"({"schema":"frugald-source/2","readings":[]})", "'frugald-source/2'"},
        {R"({"schema":1,"readings":[]})", "'schema' is no text"},
        {R"({"schema":"frugald-source/1"})", "'readings' is no list"},
        {in("1"), "a reading is no object"},
        {in(watts, R"(,"reading":1)"), "unknown key 'reading'; did you mean 'readings'?"},
        {in(R"({"quantity":"power_wats","value":1})"), "did you mean 'power_watts'?"},
        {in(R"({"quantity":"apparent_power_va","value":1})"), "unknown quantity"},
        {in(R"({"quantity":"power_watts","value":1,"units":"W"})"), "unknown key 'units'"},
        {in(R"({"quantity":"power_watts","value":1,"unit":"kW"})"),
         "power_watts is in W, not in 'kW'"},
        {in(R"({"quantity":"power_watts"})"), "has no 'value'"},
        {in(R"({"quantity":"power_watts","value":"81"})"), "is no number"},
        {in(R"({"quantity":"power_watts","value":1e999})"), "it is no JSON"},
        {in(R"({"quantity":"power_watts","value":1,"part":"lines","name":"L1"})"),
         "did you mean 'line'?"},
        {in(R"({"quantity":"power_watts","value":1,"part":"line"})"), "a line needs a name"},
        {in(R"({"quantity":"power_watts","value":1,"name":"L1"})"), "a total has no name"},
        {in(R"({"quantity":"power_watts","value":1,"part":"line","name":"a\u0007"})"),
         "is no name"},
        {in(watts + "," + watts), "power_watts of total  is there twice"},
        {in(watts, R"(,"at":"yesterday")"), "'yesterday' is no time"},
        {in(watts, R"(,"at":"2026-11-21T08:10:00Z")"), "is in the future"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto document = read_document(row.text, now);
        REQUIRE(!document);
        CHECK(document.error().fault == Fault::unparsable);
        CHECK_MESSAGE(contains(document.error().text, row.expected), document.error().text);
    }
    std::string many = "[";
    for (int i = 0; i < 10'001; ++i)
        many += (i ? "," : "") +
                std::string{R"({"quantity":"power_watts","part":"outlet","name":")"} +
                std::to_string(i) + R"(","value":1})";
    CHECK(contains(read(many + "]").error().text, "more than 10000 readings"));
}

TEST_CASE("a time is an instant or nothing") {
    const auto text = [](const char* written) {
        const auto at = parse_time(written);
        return at ? iso8601(*at) : "";
    };
    CHECK(text("2026-11-21T07:46:56Z") == "2026-11-21T07:46:56.000Z");
    CHECK(text("2026-11-21 07:46:56.1239Z") == "2026-11-21T07:46:56.123Z");
    CHECK(text("2026-11-21T07:46:56+0530") == "2026-11-21T02:16:56.000Z");
    CHECK(text("2026-12-31T23:30:00-01:00") == "2027-01-01T00:30:00.000Z");
    CHECK(text("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00.000Z");
    for (const char* wrong :
         {"", "2026-11-21", "2026-11-21T07:46:56", "2026-02-29T00:00:00Z", "2026-11-21T24:00:00Z",
          "2026-11-21T07:46:56Zx", "-026-11-21T07:46:56Z", "2026-11-21T07:46:56.Z",
          "2026-1-21T07:46:56Z", "1763711216"})
        CHECK_MESSAGE(text(wrong) == "", wrong);
}
