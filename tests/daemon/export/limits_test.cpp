#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;
using namespace std::chrono_literals;
using test::get;

namespace {

/// The same limits as shipped, a hundred times faster, so that the test waits for none of them.
HttpSettings hasty() {
    HttpSettings settings;
    settings.limits.idle = 300ms;
    settings.limits.header = 50ms;
    settings.limits.request = 100ms;
    settings.limits.response = 100ms;
    return settings;
}

}  // namespace

TEST_CASE("a header that never ends is cut off, also when it trickles") {
    const test::RunningServer server{test::sample_snapshot(1), hasty()};
    test::Client client{server.port()};
    client.send("GET /met");
    CHECK(client.ended(5s));
    test::Client trickling{server.port()};
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (std::chrono::steady_clock::now() < deadline && !trickling.ended(5ms))
        trickling.send("a");
    CHECK(std::chrono::steady_clock::now() < deadline);
}

TEST_CASE("a body that never ends is cut off") {
    const test::RunningServer server{test::sample_snapshot(1), hasty()};
    test::Client client{server.socket()};
    client.send("POST /api/v1/power HTTP/1.1\r\nContent-Length: 10\r\n\r\n{");
    CHECK(client.ended(5s));
}

TEST_CASE("a silent connection is closed") {
    const test::RunningServer server{test::sample_snapshot(1), hasty()};
    CHECK(test::Client{server.port()}.ended(5s));
}

TEST_CASE("what is too long is refused") {
    const test::RunningServer server{test::sample_snapshot(1)};
    const auto ask = [&](const std::string& bytes) {
        test::Client client{server.socket()};
        client.send(bytes);
        return test::parse_response(client.read_all()).status;
    };
    CHECK(ask("POST /api/v1/power HTTP/1.1\r\nContent-Length: 65537\r\n\r\n") == 413);
    CHECK(ask("POST /api/v1/power HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11000\r\n" +
              std::string(0x11000, ' ')) == 413);
    CHECK(ask("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n") == 431);
    CHECK(ask("GARBAGE\r\n\r\n") == 400);
    CHECK(ask("\x16\x03\x01\x02hello, this is TLS\r\n\r\n") == 400);
}

TEST_CASE("a client that does not read is dropped and holds nobody up") {
    const test::RunningServer server{test::sample_snapshot(3000), hasty()};
    test::Client deaf{server.port()};
    deaf.send("GET /api/v1/nodes?sensors=1 HTTP/1.1\r\n\r\n");
    const auto begin = std::chrono::steady_clock::now();
    CHECK(get(server, "/healthz").status == 200);
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
}

TEST_CASE("a new connection takes the place of the longest idle one, never of a busy one") {
    HttpSettings patient;
    patient.limits.connections = 2;
    const test::RunningServer two{test::sample_snapshot(1), patient};
    test::Client first{two.port()};
    test::Client second{two.port()};
    // Answered once, both are certainly accepted and waiting for the next request.
    for (test::Client* const client : {&first, &second}) {
        client->send("GET /healthz HTTP/1.1\r\n\r\n");
        CHECK(client->read_all(200ms).find("ok") != std::string::npos);
    }
    CHECK(get(two, "/healthz").status == 200);
    CHECK(first.ended(5s));
    CHECK_FALSE(second.ended(0ms));
}

TEST_CASE("with every connection busy the next is told so") {
    HttpSettings settings;
    settings.limits.connections = 2;
    const test::RunningServer server{test::sample_snapshot(1), settings};
    test::Client first{server.port()};
    test::Client second{server.port()};
    first.send("GET ");
    second.send("GET ");
    int status = 0;
    for (const auto deadline = std::chrono::steady_clock::now() + 5s;
         status != 503 && std::chrono::steady_clock::now() < deadline;) {
        test::Client third{server.port()};
        third.send("GET ");
        status = test::parse_response(third.read_all(50ms)).status;
    }
    CHECK(status == 503);
}

TEST_CASE("a server that stops does not wait for its clients") {
    const auto begin = std::chrono::steady_clock::now();
    {
        test::RunningServer server{test::sample_snapshot(1)};
        test::Client idle{server.port()};
        test::Client busy{server.socket()};
        busy.send("GET /");
        CHECK(get(server, "/healthz").status == 200);
    }
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
}
