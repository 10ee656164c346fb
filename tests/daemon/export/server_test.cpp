#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;
using test::ask_socket;
using test::get;
using Json = nlohmann::json;

namespace {

std::string unpack(const std::string& packed) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string plain(4 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    plain.resize(stream.total_out);
    inflateEnd(&stream);
    return plain;
}

}  // namespace

TEST_CASE("the read-only address answers what is read and refuses what acts") {
    const test::RunningServer server{test::sample_snapshot(40)};
    struct Row {
        std::string says;
        const char* method;
        const char* path;
        int status;
    };
    const Row rows[] = {
        {"metrics are read", "GET", "/metrics", 200},
        {"so is the page", "GET", "/", 200},
        {"and its script", "GET", "/page.js", 200},
        {"and its style", "GET", "/page.css", 200},
        {"health is asked", "GET", "/healthz", 200},
        {"status is read", "GET", "/api/v1/status", 200},
        {"all nodes are read", "GET", "/api/v1/nodes", 200},
        {"some nodes are read", "GET", "/api/v1/nodes?nodes=c%5B0001-0003%5D", 200},
        {"a wrong nodeset is refused", "GET", "/api/v1/nodes?nodes=c%5B1-", 400},
        {"PDUs are read", "GET", "/api/v1/pdus", 200},
        {"a known node's story is told", "GET", "/api/v1/why/c0001", 200},
        {"an unknown node has none", "GET", "/api/v1/why/nobody", 404},
        {"events are read", "GET", "/api/v1/events?since=2026-11-21T07:46:56Z", 200},
        {"a wrong time is refused", "GET", "/api/v1/events?since=yesterday", 400},
        {"a wrong count is refused", "GET", "/api/v1/events?most=0", 400},
        {"the PUE is read", "GET", "/api/v1/pue", 200},
        {"of a day", "GET", "/api/v1/pue?day=2026-11-20", 200},
        {"a day of which nothing is known", "GET", "/api/v1/pue?day=2026-01-01", 404},
        {"a day that is none", "GET", "/api/v1/pue?day=yesterday", 400},
        {"two periods at once", "GET", "/api/v1/pue?day=2026-11-20&year=2026", 400},
        {"doctor is asked", "GET", "/api/v1/doctor", 200},
        {"another path is not there", "GET", "/api/v2/nodes", 404},
        {"a broken escape is refused", "GET", "/api/v1/why/%zz", 400},
        {"nothing is written", "POST", "/metrics", 405},
        {"nothing is deleted", "DELETE", "/api/v1/nodes", 405},
        {"power is not for this address", "POST", "/api/v1/power", 405},
        {"nor are caps", "POST", "/api/v1/cap", 405},
        {"nor are holds", "POST", "/api/v1/hold", 405},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        test::Client client{server.port()};
        client.send(
            fmt::format("{} {} HTTP/1.1\r\nConnection: close\r\n\r\n", row.method, row.path));
        const auto response = test::parse_response(client.read_all());
        CHECK(response.status == row.status);
        if (row.status >= 400) CHECK(Json::parse(response.body)["error"]["text"] != "");
    }
}

TEST_CASE("HEAD says how long the answer is and does not send it") {
    const test::RunningServer server{test::sample_snapshot(10)};
    test::Client client{server.port()};
    client.send("HEAD /metrics HTTP/1.1\r\nConnection: close\r\n\r\n");
    const auto response = test::parse_response(client.read_all());
    const auto body = get(server, "/metrics").body;
    CHECK(response.status == 200);
    CHECK(response.body.empty());
    CHECK(response.head.find(fmt::format("Content-Length: {}", body.size())) != response.head.npos);
}

TEST_CASE("metrics and lists are packed for those who ask") {
    const test::RunningServer server{test::sample_snapshot(200)};
    for (const char* const path : {"/metrics", "/api/v1/nodes", "/api/v1/status"}) {
        CAPTURE(std::string{path});
        const auto plain = get(server, path);
        const auto packed = get(server, path, "Accept-Encoding: deflate, gzip\r\n");
        CHECK(packed.head.find("Content-Encoding: gzip") != packed.head.npos);
        CHECK(packed.body.size() < plain.body.size());
        CHECK(unpack(packed.body) == plain.body);
    }
}

TEST_CASE("one connection carries many requests, also sent at once") {
    const test::RunningServer server{test::sample_snapshot(10)};
    test::Client client{server.port()};
    const std::string_view one = "GET /healthz HTTP/1.1\r\n\r\n";
    client.send(fmt::format("{0}{0}GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", one));
    const std::string bytes = client.read_all();
    std::size_t answers = 0;
    for (auto at = bytes.find("ok\n"); at != bytes.npos; at = bytes.find("ok\n", at + 1)) ++answers;
    CHECK(answers == 3);
}

TEST_CASE("health ends with the snapshots") {
    test::RunningServer server{test::sample_snapshot(1)};
    CHECK(get(server, "/healthz").status == 200);
    Snapshot old = test::sample_snapshot(1);
    old.at.steady -= std::chrono::seconds{4};
    server.publish(std::move(old));
    const auto response = get(server, "/healthz");
    CHECK(response.status == 503);
    CHECK(response.body.find("stuck: the last snapshot is 4") == 0);
}

TEST_CASE("what vanished from the snapshot vanishes from the answers") {
    test::RunningServer server{test::sample_snapshot(3)};
    CHECK(get(server, "/metrics").body.find("c0003") != std::string::npos);
    server.publish(test::sample_snapshot(2));
    CHECK(get(server, "/metrics").body.find("c0003") == std::string::npos);
}

TEST_CASE("nodes are complete, in base units, with null for what is not known") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const auto all = Json::parse(get(server, "/api/v1/nodes").body);
    CHECK(all["schema"] == "frugald/1");
    REQUIRE(all["nodes"].size() == 4);
    const auto& silent = all["nodes"][1];
    CHECK(silent["node"] == "c0002");
    CHECK(silent["chassis"] == "unknown");
    CHECK(silent["reachable"] == false);
    CHECK(silent["power"]["quality"] == "stale");
    CHECK(silent["hottest_celsius"].is_null());
    CHECK(silent["cap"].is_null());
    CHECK(all["nodes"][0]["cap"]["limit_watts"] == 400);
    CHECK_FALSE(all["nodes"][0].contains("sensors"));

    const auto some = Json::parse(get(server, "/api/v1/nodes?nodes=c0004,c0001,x9&sensors=1").body);
    REQUIRE(some["nodes"].size() == 2);
    CHECK(some["nodes"][0]["node"] == "c0004");
    CHECK(some["nodes"][0]["sensors"].size() == 12);
    CHECK(some["nodes"][0]["sensors"][0].contains("temperature_celsius"));
    CHECK(some["unknown_nodes"] == Json{"x9"});
}

TEST_CASE("findings come with level, sentence and fix, in their order") {
    test::RunningServer server{test::sample_snapshot(4)};
    server.find({{"disk-space", FindingLevel::warn, "500 MiB are free", "make room"},
                 {"mode", FindingLevel::ok, "the mode is guarded", ""}});
    const auto findings = Json::parse(get(server, "/api/v1/doctor").body)["findings"];
    REQUIRE(findings.size() == 2);
    CHECK(findings[0] == Json{{"id", "disk-space"},
                              {"level", "warn"},
                              {"text", "500 MiB are free"},
                              {"fix", "make room"}});
    CHECK(findings[1]["level"] == "ok");
    CHECK(findings[1]["fix"].is_null());
}

TEST_CASE("PDUs show lines and outlets with the nodes they feed") {
    const test::RunningServer server{test::sample_snapshot(30)};
    const auto devices = Json::parse(get(server, "/api/v1/pdus").body);
    REQUIRE(devices["pdus"].size() == 2);
    CHECK(devices["pdus"][0]["lines"].size() == 3);
    CHECK(devices["pdus"][0]["lines"][0].contains("current_amperes"));
    CHECK(devices["pdus"][1]["outlets"][0]["node"] == "c0021");
    CHECK(devices["meters"][0]["total"].contains("energy_joules"));
}

TEST_CASE("the power tree shows what is measured, what is left and who is suspect") {
    const test::RunningServer server{test::sample_snapshot(30)};
    const auto tree = Json::parse(get(server, "/api/v1/tree").body);
    REQUIRE(tree["levels"].size() == 2);
    CHECK(tree["levels"][0]["headroom_watts"] == 10000);
    CHECK(tree["levels"][0]["nodes"].is_null());
    CHECK(tree["levels"][1]["measured_watts"].is_null());
    CHECK(tree["levels"][1]["nodes"]["coverage_percent"] == 95);
    CHECK(tree["levels"][1]["lines"][1]["amperes"].is_null());
    CHECK(tree["suspects"][0]["source"] == "pdu rack1-a");
    CHECK(tree["suspects"][0]["fault"] == "stuck");
}

TEST_CASE("the unix socket acts for root and the daemon's own user") {
    const test::RunningServer server{test::sample_snapshot(8)};
    const auto refused = ask_socket(server.socket(), "POST", "/api/v1/power",
                                    R"({"nodes":"c[0001,0003]","action":"off","reason":"test"})");
    REQUIRE(refused.status == 200);
    const auto outcomes = Json::parse(refused.body)["outcomes"];
    CHECK(outcomes[0]["result"] == "refused");
    CHECK(outcomes[0]["rule"] == "N1");
    CHECK(outcomes[1]["result"] == "done");
    CHECK(outcomes[1]["rule"].is_null());
    const auto why = Json::parse(ask_socket(server.socket(), "GET", "/api/v1/why/c0003").body);
    REQUIRE(why["story"].size() == 1);
    CHECK(why["story"][0]["text"].get<std::string>().find("test") != std::string::npos);

    CHECK(ask_socket(server.socket(), "POST", "/api/v1/hold",
                     R"({"nodes":"all","reason":"works on the PDU"})")
              .status == 200);
    CHECK(ask_socket(server.socket(), "POST", "/api/v1/cap",
                     R"({"nodes":"c0001","limit_watts":300,"reason":"test"})")
              .status == 200);
    CHECK(ask_socket(server.socket(), "GET", "/api/v1/power").status == 405);
}

TEST_CASE("a left-over socket file is replaced, one in use or another file is not") {
    test::RunningServer running{test::sample_snapshot(1)};
    asio::io_context loop;
    test::SmallCluster cluster{Snapshot{}};
    const auto directory = running.socket().parent_path();
    const auto start = [&](const std::filesystem::path& socket) {
        HttpServer server{loop, cluster, {.listen = "", .socket = socket}};
        return server.start();
    };
    const auto used = start(running.socket());
    REQUIRE_FALSE(used);
    CHECK(used.error().text.find("another frugald") != std::string::npos);
    CHECK(ask_socket(running.socket(), "GET", "/healthz").status == 200);

    const auto left = directory / "left.sock";
    { asio::local::stream_protocol::acceptor gone{loop, left.string()}; }
    CHECK(start(left));
    CHECK_FALSE(std::filesystem::exists(left));

    const auto file = directory / "file";
    CHECK(mknod(file.c_str(), S_IFREG | 0600, 0) == 0);
    CHECK_FALSE(start(file));
    CHECK(std::filesystem::exists(file));
}

TEST_CASE("an address that cannot be had is named with a remedy") {
    test::RunningServer running{test::sample_snapshot(1)};
    asio::io_context loop;
    test::SmallCluster cluster{Snapshot{}};
    for (const std::string& address :
         {fmt::format("127.0.0.1:{}", running.port()), std::string{"9877"},
          std::string{"example:9877"}, std::string{"127.0.0.1:70000"}, std::string{"127.0.0.1:"}}) {
        CAPTURE(address);
        HttpServer server{loop, cluster, {.listen = address, .socket = {}}};
        const auto started = server.start();
        REQUIRE_FALSE(started);
        CHECK(started.error().text.find(address) != std::string::npos);
    }
}
