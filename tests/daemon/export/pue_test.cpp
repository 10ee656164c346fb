#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "daemon/core/pue_picture.h"
#include "daemon/export/json.h"
#include "daemon/export/metrics.h"
#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;
using Json = nlohmann::json;

TEST_CASE("the PUE: live, the present periods and those before") {
    const auto all = Json::parse(*json::pue(test::sample_snapshot(4), ""));
    CHECK(all["schema"] == "frugald/1");
    CHECK(all["category"] == "PUE2");
    CHECK(all["sources"][0]["how"] == "counter");
    CHECK(all["sources"][1]["power_watts"].is_null());
    CHECK(all["sources"][1]["trouble"] == "no answer yet");
    CHECK(all["live"]["pue"] == 1.25);
    CHECK(all["live"]["note"].is_null());
    CHECK(all["month"]["state"] == "incomplete");
    CHECK(all["year"]["pue"].is_null());
    CHECK(all["days"].size() == 2);
    CHECK(all["days"][0]["state"] == "impossible");
    CHECK(all["days"][0]["pue"] == 0.9);
    CHECK(all["months"][0]["period"] == "2026-10");
    CHECK(all["years"].empty());
}

TEST_CASE("the PUE of one period, with what it consists of") {
    const auto now = test::sample_snapshot(4);
    const auto day = Json::parse(*json::pue(now, "2026-11-20"));
    CHECK(day["figure"]["pue"] == 1.27);
    CHECK_FALSE(day.contains("live"));
    const auto month = Json::parse(*json::pue(now, "2026-11"));
    CHECK(month["figure"]["period"] == "2026-11");
    CHECK(month["days"].size() == 2);
    CHECK_FALSE(json::pue(now, "2020"));
}

TEST_CASE("without [pue] there is none: no family, null in status, 404 with the reason") {
    auto now = test::sample_snapshot(4);
    now.pue.reset();
    CHECK(render_metrics(now).find("frugald_pue") == std::string::npos);
    CHECK(Json::parse(json::status(now))["pue"].is_null());
    const test::RunningServer server{std::move(now)};
    const auto response = test::get(server, "/api/v1/pue");
    CHECK(response.status == 404);
    CHECK(response.body.find("[pue] of frugald.toml") != std::string::npos);
}

TEST_CASE("a PUE that is not known has a coverage and no value") {
    auto now = test::sample_snapshot(4);
    CHECK(render_metrics(now).find("frugald_pue{category=\"PUE2\"} 1.25\n") != std::string::npos);
    auto picture = std::make_shared<PuePicture>(*now.pue);
    picture->live.value.reset();
    picture->live.coverage = 0.25;
    now.pue = std::move(picture);
    const auto text = render_metrics(now);
    CHECK(text.find("frugald_pue{") == std::string::npos);
    CHECK(text.find("frugald_pue_coverage_ratio 0.25\n") != std::string::npos);
}
