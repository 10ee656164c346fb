#include "daemon/export/requests.h"

#include <doctest/doctest.h>

using namespace frugald;

TEST_CASE("acting requests are taken as they are written") {
    const auto power = parse_power_request(
        R"({"nodes":"c[1-3]","action":"soft","reason":"moves","dry_run":true})");
    REQUIRE(power);
    CHECK(power->nodes == std::vector<std::string>{"c1", "c2", "c3"});
    CHECK(power->kind == ActionKind::power_soft);
    CHECK(power->dry_run);
    CHECK_FALSE(power->accept_job_loss);

    const auto cap =
        parse_cap_request(R"({"nodes":"c1","limit_watts":350.5,"lease_s":3600,"reason":"peak"})");
    REQUIRE(cap);
    CHECK(cap->limit == Watts{350.5});
    CHECK(cap->lease == std::chrono::seconds{3600});
    const auto release = parse_cap_request(R"({"nodes":"c1","limit_watts":null,"reason":"over"})");
    REQUIRE(release);
    CHECK_FALSE(release->limit);

    const auto all = parse_hold_request(R"({"nodes":"all","reason":"r","lasting_s":60})");
    REQUIRE(all);
    CHECK(all->nodes.empty());
    CHECK(all->lasting == std::chrono::seconds{60});
}

TEST_CASE("a calibration names a source, the instrument and its watts, or takes it back") {
    const auto taken = parse_calibrate_request(
        R"({"source":"rack7-a:12","reference_watts":315.5,"raw_watts":298,"by":"clamp meter"})");
    REQUIRE(taken);
    CHECK(taken->source == PowerSource{"rack7-a", Part::outlet, "12"});
    CHECK(taken->reference == Watts{315.5});
    CHECK(taken->raw == Watts{298});
    CHECK(taken->by == "clamp meter");
    const auto back =
        parse_calibrate_request(R"({"source":"c1","reference_watts":null,"by":"repaired"})");
    REQUIRE(back);
    CHECK_FALSE(back->reference);
    struct Row {
        const char* body;
        const char* mistake;
    };
    const Row rows[] = {
        {R"({"source":"c1","by":"x"})", "'reference_watts' is missing"},
        {R"({"source":"c1:fan:1","reference_watts":1,"by":"x"})", "'source'"},
        {R"({"reference_watts":1,"by":"x"})", "'source'"},
        {R"({"source":"c1","reference_watts":0,"by":"x"})", "'reference_watts'"},
        {R"({"source":"c1","reference_watts":-3,"by":"x"})", "'reference_watts'"},
        {R"({"source":"c1","reference_watts":1})", "'by'"},
        {R"({"source":"c1","reference_watts":1,"by":"a\nb"})", "'by'"},
        {R"({"source":"c1","reference_watts":null,"raw_watts":3,"by":"x"})", "'raw_watts'"},
        {R"({"source":"c1","reference_watts":1,"by":"x","factor":2})", "unknown key 'factor'"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        const auto wrong = parse_calibrate_request(row.body);
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().text.find(row.mistake) != std::string::npos);
    }
}

TEST_CASE("a wrong request says what is wrong with it") {
    struct Row {
        std::string says;
        const char* body;
        const char* mistake;
    };
    const Row rows[] = {
        {"no JSON", "power off", "not a JSON object"},
        {"a list", "[]", "not a JSON object"},
        {"cut off", R"({"nodes":"c1")", "not a JSON object"},
        {"no nodes", R"({"action":"off","reason":"r"})", "'nodes'"},
        {"a wrong nodeset", R"({"nodes":"c[1-","action":"off","reason":"r"})", "'nodes'"},
        {"a list of nodes", R"({"nodes":["c1"],"action":"off","reason":"r"})", "'nodes'"},
        {"an empty nodeset", R"({"nodes":"","action":"off","reason":"r"})", "'nodes'"},
        {"an unknown action", R"({"nodes":"c1","action":"explode","reason":"r"})", "'action'"},
        {"a cap is no power action", R"({"nodes":"c1","action":"cap","reason":"r"})", "'action'"},
        {"no reason", R"({"nodes":"c1","action":"off"})", "'reason'"},
        {"a blank reason", R"({"nodes":"c1","action":"off","reason":"  "})", "'reason'"},
        {"two lines", R"({"nodes":"c1","action":"off","reason":"a\nb"})", "'reason'"},
        {"a text for true", R"({"nodes":"c1","action":"off","reason":"r","dry_run":"yes"})",
         "'dry_run'"},
        {"a misspelt key", R"({"nodes":"c1","action":"off","reason":"r","dryrun":true})",
         "unknown key 'dryrun'"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        const auto request = parse_power_request(row.body);
        REQUIRE_FALSE(request);
        CHECK(request.error().fault == Fault::invalid);
        CHECK(request.error().text.find(row.mistake) != std::string::npos);
    }
}

TEST_CASE("nothing is released or held by leaving a key out") {
    CHECK_FALSE(parse_cap_request(R"({"nodes":"c1","reason":"r"})"));
    CHECK_FALSE(parse_cap_request(R"({"nodes":"c1","limit_watts":0,"reason":"r"})"));
    CHECK_FALSE(parse_cap_request(R"({"nodes":"c1","limit_watts":-5,"reason":"r"})"));
    CHECK_FALSE(parse_cap_request(R"({"nodes":"c1","limit_watts":1e99,"reason":"r"})"));
    CHECK_FALSE(parse_cap_request(R"({"nodes":"c1","limit_watts":5,"lease_s":-1,"reason":"r"})"));
    CHECK_FALSE(parse_hold_request(R"({"reason":"r"})"));
    CHECK_FALSE(parse_hold_request(R"({"nodes":"","reason":"r"})"));
    CHECK_FALSE(parse_hold_request(R"({"nodes":null,"reason":"r"})"));
}
