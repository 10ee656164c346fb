#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/export/series_query.h"
#include "tests/daemon/export/sample_snapshot.h"
#include "tests/daemon/export/stored_hour.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

SeriesName power_of(std::string_view device) {
    return {DeviceKind::node, device, "dcmi", Quantity::power_watts, Part::total, ""};
}

std::string error_of(const char* query) {
    const auto target = parse_target(std::string{"/api/v1/series"} + query);
    REQUIRE(target);
    const auto question = parse_series_question(*target, sample_snapshot(40));
    return question ? "" : question.error().text;
}

SampleQuery query_of(const char* query) {
    const auto question = parse_series_question(
        *parse_target(std::string{"/api/v1/series"} + query), sample_snapshot(40));
    REQUIRE(question);
    return question->query;
}

/// The body of an answer in chunks; with the extensions of their headers in `progress`.
std::string unchunked(const std::string& body, std::string* progress = nullptr) {
    std::string whole;
    for (std::size_t from = 0;;) {
        const auto end = body.find("\r\n", from);
        if (end == body.npos) return "broken off after " + whole;
        const std::string head = body.substr(from, end - from);
        const auto size = static_cast<std::size_t>(std::stoul(head, nullptr, 16));
        if (size == 0) return whole;
        if (progress != nullptr) *progress = head.substr(head.find(';') + 1);
        whole += body.substr(end + 2, size);
        from = end + 2 + size + 2;
    }
}

}  // namespace

TEST_CASE("a question without parameters is about the power of the last hour") {
    const auto query = query_of("");
    CHECK(query.devices.empty());
    CHECK_FALSE(query.kind);
    CHECK(query.quantities == std::vector{Quantity::power_watts});
    CHECK(query.parts == std::vector{Part::total});
    CHECK(query.to - query.from == 1h);
    CHECK(query.resolution == Resolution::automatic);
}

TEST_CASE("a question can be narrowed down") {
    const auto query = query_of(
        "?nodes=c[0001-0002]&quantity=power_watts,temperature_celsius&part=all"
        "&since=2027-01-15T12:00:00Z&until=2027-01-15T13:00:00.5Z&resolution=5min");
    CHECK(query.devices == std::vector<std::string>{"c0001", "c0002"});
    CHECK(query.kind == DeviceKind::node);
    CHECK(query.quantities == std::vector{Quantity::power_watts, Quantity::temperature_celsius});
    CHECK(query.parts.empty());
    CHECK(query.from == noon);
    CHECK(query.to == noon + 1h + 500ms);
    CHECK(query.resolution == Resolution::five_minutes);
    const auto partition = query_of("?partition=batch");
    CHECK(partition.kind == DeviceKind::node);
    CHECK(partition.devices.size() > 10);
    CHECK(query_of("?kind=cluster").kind == DeviceKind::cluster);
    CHECK(query_of("?kind=pdu&device=rack1-a").devices == std::vector<std::string>{"rack1-a"});
}

TEST_CASE("a wrong question is refused with the parameter's name") {
    CHECK(error_of("?nodes=c[1-").find("never closed") != std::string::npos);
    CHECK(error_of("?since=yesterday") == "'since' must look like 2026-11-21T07:46:56Z");
    CHECK(error_of("?since=2027-01-15T12:00:00Z&until=2027-01-15T12:00:00Z") ==
          "'since' must be before 'until'");
    CHECK(error_of("?quantity=power").starts_with("'quantity' must be one of power_watts, "));
    CHECK(error_of("?resolution=1s") == "'resolution' must be one of auto, raw, 5min, hour");
    CHECK(error_of("?partition=nobody") == "no node of a partition 'nobody' is known now");
    CHECK(error_of("?nodes=c0001&partition=batch") ==
          "nodes, partition, device, job exclude each other");
    CHECK(error_of("?nodes=c0001&kind=pdu") ==
          "nodes, partition and job go with no other 'kind' than node");
    CHECK(error_of("?node=c0001").starts_with("'node' is no parameter of this; there are kind, "));
}

TEST_CASE("samples are written as CSV, as lines, and as one object") {
    const std::int64_t at[] = {to_unix_ms(noon) + 12, to_unix_ms(noon) + 10'000};
    const double values[] = {100.5, -3};
    const SeriesName odd{DeviceKind::pdu,           "a,b",      "snmp \"x\"",
                         Quantity::current_amperes, Part::line, "L1"};
    const auto written = [&](SeriesFormat format) {
        std::string text;
        SeriesText writer{format, Resolution::raw};
        writer.begin(text);
        writer.add(SeriesSamples{power_of("n1"), at, values}, text);
        writer.add(SeriesSamples{power_of("n2"), {}, {}}, text);
        writer.add(SeriesSamples{odd, {at, 1}, {values, 1}}, text);
        writer.end({"a file"}, text);
        return text;
    };
    CHECK(written(SeriesFormat::csv) ==
          "time,kind,device,source,quantity,part,name,value\n"
          "2027-01-15T12:00:00.012Z,node,n1,dcmi,power_watts,total,,100.5\n"
          "2027-01-15T12:00:10.000Z,node,n1,dcmi,power_watts,total,,-3\n"
          "2027-01-15T12:00:00.012Z,pdu,\"a,b\",\"snmp \"\"x\"\"\",current_amperes,line,L1,100.5\n"
          "# damaged: a file\n");
    const auto object = Json::parse(written(SeriesFormat::json));
    CHECK(object["schema"] == "frugald/1");
    CHECK(object["resolution"] == "raw");
    REQUIRE(object["series"].size() == 2);
    CHECK(object["series"][0]["device"] == "n1");
    CHECK(object["series"][0]["name"].is_null());
    CHECK(object["series"][0]["points"][1] == Json{"2027-01-15T12:00:10.000Z", -3});
    CHECK(object["series"][1]["source"] == "snmp \"x\"");
    CHECK(object["complete"] == true);
    CHECK(object["damage"][0] == "a file");
    const auto lines = written(SeriesFormat::lines);
    CHECK(std::ranges::count(lines, '\n') == 4);
    CHECK(Json::parse(lines.substr(0, lines.find('\n')))["resolution"] == "raw");
}

TEST_CASE("a cell of which nothing is known has no numbers, not zeros") {
    const SeriesCell cells[] = {{.begin_ms = to_unix_ms(noon),
                                 .samples = 30,
                                 .covered_ms = 300'000,
                                 .joules = 30'150,
                                 .min = 100,
                                 .mean = 100.5,
                                 .max = 101},
                                {.begin_ms = to_unix_ms(noon) + 300'000}};
    std::string text;
    SeriesText writer{SeriesFormat::csv, Resolution::five_minutes};
    writer.add(SeriesCells{power_of("n1"), 300'000, cells}, text);
    CHECK(text ==
          "2027-01-15T12:00:00.000Z,300,node,n1,dcmi,power_watts,total,,30,300,30150,0,100,100.5,"
          "101\n"
          "2027-01-15T12:05:00.000Z,300,node,n1,dcmi,power_watts,total,,0,0,,0,,,\n");
    std::string nothing;
    SeriesText empty{SeriesFormat::json, Resolution::hour};
    empty.begin(nothing);
    empty.end({}, nothing);
    CHECK(Json::parse(nothing)["series"].empty());
}

TEST_CASE("what was stored is answered in chunks that carry the progress") {
    StoredHour site;
    const std::string hour = "since=2027-01-15T12:00:00Z&until=2027-01-15T13:00:00Z";
    const auto csv = site.ask(hour + "&format=csv&nodes=n[0-1]");
    CHECK(csv.status == 200);
    CHECK(csv.head.find("Content-Type: text/csv") != std::string::npos);
    std::string progress;
    const auto rows = unchunked(csv.body, &progress);
    CHECK(std::ranges::count(rows, '\n') == 1 + 2 * 360);
    CHECK(rows.find("2027-01-15T12:59:50.000Z,node,n1,dcmi,power_watts,total,,101.5\n") !=
          std::string::npos);
    CHECK(progress == "progress=1.0000");
    const auto hours = Json::parse(unchunked(site.ask(hour + "&resolution=hour").body));
    REQUIRE(hours["series"].size() == 3);
    CHECK(hours["series"][2]["period_s"] == 3600);
    const Json cell = hours["series"][2]["cells"][0];
    CHECK(cell[1] == 360);
    CHECK(cell[2] == 3590);
    CHECK(cell[3] == 3590 * 102.5);
    CHECK(cell[6] == 102.5);
    CHECK(site.ask("quantity=nonsense").status == 400);
    CHECK(unchunked(site.ask(hour + "&nodes=nobody&format=csv").body) ==
          "time,kind,device,source,quantity,part,name,value\n");
}

TEST_CASE("of a job each run is answered, on its nodes and in its time") {
    StoredHour site;
    const auto job = Json::parse(unchunked(site.ask("job=7").body));
    std::map<std::string, std::size_t> points;
    for (const auto& series : job["series"])
        points[series["device"].get<std::string>()] += series["points"].size();
    CHECK(points == std::map<std::string, std::size_t>{{"n0", 60}, {"n1", 120}, {"n2", 120}});
    CHECK(job["series"][0]["points"][0][0] == "2027-01-15T12:00:00.000Z");
    CHECK(job["resolution"] == "raw");
    CHECK(job["complete"] == true);
    const auto late = unchunked(
        site.ask("job=7&since=2027-01-15T12:30:00Z&until=2027-01-15T12:30:10Z&format=csv").body);
    CHECK(std::ranges::count(late, '\n') == 1 + 2);
    CHECK(site.ask("job=8").status == 404);
    CHECK(site.ask("job=7&since=2027-01-15T12:12:00Z&until=2027-01-15T12:13:00Z").status == 404);
    CHECK(site.ask("job=0").status == 400);
    CHECK(site.ask("job=7&nodes=n1").status == 400);
    CHECK(site.ask("job=7&kind=pdu").status == 400);
}

TEST_CASE("who leaves in the middle of a long answer is not waited for") {
    StoredHour site;
    std::vector<Sample> samples;
    for (int node = 0; node < 30'000; ++node)
        samples.push_back({.at = noon + 1h,
                           .kind = DeviceKind::node,
                           .device = fmt::format("x{:05}", node),
                           .quantity = Quantity::power_watts,
                           .source = "dcmi",
                           .value = 100});
    site.store(std::move(samples), noon + 1h);
    const std::string target =
        "/api/v1/series?since=2027-01-15T12:00:00Z&until=2027-01-15T14:00:00Z";
    for (int i = 0; i < 20; ++i) {
        Client client{site.server.port()};
        client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK_FALSE(client.ended(1ms));
    }
    // 16 at once are allowed: this works only if those have ended.
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    Response whole;
    do whole = get(site.server, target);
    while (whole.status != 200 && std::chrono::steady_clock::now() < give_up);
    const auto answer = Json::parse(unchunked(whole.body));
    CHECK(answer["series"].size() > 30'000);
    CHECK(answer["complete"] == true);
}

TEST_CASE("before there is a history the answer says so") {
    const RunningServer server{sample_snapshot(40)};
    CHECK(get(server, "/api/v1/series").status == 503);
}
