// From the daemon's store to a receiver that does as the test says.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "tests/plugins/redfish/certificates.h"
#include "tests/plugins/remote_write/receiver.h"
#include "tests/plugins/remote_write/rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;

namespace {

WallTime hours_ago(int hours) {
    return std::chrono::floor<std::chrono::hours>(Instant::now().wall) - std::chrono::hours{hours};
}

/// A receiver, and a module that has sent what there is.
struct Bench {
    Rig rig;
    Receiver receiver{rig.loop()};
    Rounds rounds;

    explicit Bench(WallTime first = hours_ago(3), unsigned nodes = 2) : rounds(rig, first, nodes) {
        rig.send_to(receiver.port());
        rig.config().backfill = 24h;
    }
    Received expected() const {
        return rounds.expected_before(*const_cast<Rig&>(rig).measurements().complete_until());
    }
    /// 2xx, 4xx ... in their order.
    std::vector<unsigned> statuses() const {
        std::vector<unsigned> all;
        for (const auto& one : receiver.arrived()) all.push_back(one.status);
        return all;
    }
    std::filesystem::path cursor_file() const {
        return rig.scratch().path() / "remote_write.cursor";
    }
};

}  // namespace

TEST_CASE("what is measured arrives, each once, with its instant and value") {
    Bench bench;
    bench.rounds.store(5);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    for (int i = 0; i < 5; ++i) {
        bench.rounds.store(2);
        REQUIRE(bench.rig.send_all());
    }
    CHECK(count_samples(bench.receiver.received()) > 60);
    CHECK((bench.receiver.received() == bench.expected()));
    CHECK(bench.receiver.complaint() == "");
    CHECK(bench.receiver.connections() == 1);
    const auto& fields = bench.receiver.arrived().front().fields;
    CHECK(fields.at("content-encoding") == "snappy");
    CHECK(fields.at("content-type") == "application/x-protobuf");
    CHECK(fields.at("x-prometheus-remote-write-version") == "0.1.0");
    CHECK(fields.count("authorization") == 0);
    CHECK(bench.receiver.arrived().front().target == "/api/v1/write");
    CHECK(bench.rig.sender().counts().sent == count_samples(bench.receiver.received()));
}

TEST_CASE("after an outage everything arrives, oldest first, ten minutes at a time") {
    Bench bench;
    bench.rounds.store(5);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    bench.receiver.listen(false);
    bench.rounds.store(360);
    REQUIRE(bench.rig.run_until([&] { return bench.rig.sender().counts().failed_attempts > 2; }));
    CHECK(bench.rig.sender().status().find("cannot be reached") != std::string::npos);
    const auto before = bench.receiver.arrived().size();
    bench.receiver.listen(true);
    REQUIRE(bench.rig.send_all());
    CHECK((bench.receiver.received() == bench.expected()));
    CHECK(bench.rig.sender().counts().dropped == 0);
    CHECK(bench.rig.sender().status().find("cannot be reached") == std::string::npos);
    std::int64_t newest_ms = 0;
    for (std::size_t i = before; i < bench.receiver.arrived().size(); ++i) {
        const auto& request = bench.receiver.arrived()[i];
        CHECK(request.newest_ms - request.oldest_ms <= 600'000);
        CHECK(request.newest_ms > newest_ms);
        newest_ms = request.newest_ms;
    }
}

TEST_CASE("who answers 503 or 429 is asked again, later and later, and gets everything") {
    Bench bench;
    for (const unsigned status : {503U, 429U, 500U, 502U, 302U})
        bench.receiver.answers().push_back({.status = status});
    bench.rounds.store(5);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    CHECK(bench.statuses() == std::vector<unsigned>{503, 429, 500, 502, 302, 204});
    CHECK((bench.receiver.received() == bench.expected()));
    CHECK(bench.rig.sender().counts().failed_attempts == 5);
    const auto& arrived = bench.receiver.arrived();
    // 10..20 ms, then up to 20..40, 40..80, 80..160, 100..200
    CHECK(arrived[5].at - arrived[4].at >= 100ms);
    CHECK(arrived[1].at - arrived[0].at >= 10ms);
}

TEST_CASE("a wrong password, permission or path loses nothing: readings wait until it is mended") {
    Bench bench;
    for (const unsigned status : {401U, 403U, 404U})
        bench.receiver.answers().push_back({.status = status});
    bench.rounds.store(5);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    CHECK(bench.statuses() == std::vector<unsigned>{401, 403, 404, 204});
    CHECK((bench.receiver.received() == bench.expected()));
    CHECK(bench.rig.sender().counts().dropped == 0);
}

TEST_CASE("Retry-After is honoured") {
    Bench bench;
    bench.receiver.answers().push_back({.status = 429, .retry_after = "1"});
    bench.rounds.store(5);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    CHECK(bench.receiver.arrived()[1].at - bench.receiver.arrived()[0].at >= 1s);
}

TEST_CASE("what the receiver refuses is dropped and counted, and the rest goes on") {
    Bench bench;
    bench.rounds.store(5);
    bench.receiver.answers().push_back({.status = 400, .body = "out of order sample\n"});
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    CHECK(bench.receiver.received().empty());
    const auto dropped = bench.rig.sender().counts().dropped;
    CHECK(dropped == count_samples(bench.expected()));
    CHECK(bench.rig.sender().counts().refused == 1);
    bench.rounds.store(5);
    REQUIRE(bench.rig.send_all());
    CHECK(count_samples(bench.receiver.received()) == count_samples(bench.expected()) - dropped);
    CHECK(bench.rig.sender().status().find(fmt::format("dropped {}", dropped)) !=
          std::string::npos);
}

TEST_CASE("a restart in the middle of a window repeats nothing and forgets nothing") {
    Bench bench{hours_ago(3), 40};
    bench.rig.config().limits.samples = 200;  // one node of a window
    bench.rounds.store(90);
    bench.receiver.answer_after(5ms);
    bench.rig.start();
    std::size_t requests = 0;
    for (int restarts = 0; restarts < 6; ++restarts) {
        requests += 7;
        REQUIRE(bench.rig.run_until([&] { return bench.receiver.arrived().size() >= requests; }));
        CHECK(bench.rig.stop() < 2s);
        bench.rig.restart();
        bench.rounds.store(1);
    }
    REQUIRE(bench.rig.send_all());
    CHECK((bench.receiver.received() == bench.expected()));
    CHECK(bench.receiver.arrived().size() > 60);
}

TEST_CASE("a receiver that is silent does not hold up the end") {
    Bench bench;
    bench.receiver.be_silent(true);
    bench.rounds.store(5);
    bench.rig.start();
    REQUIRE(bench.rig.run_until([&] { return bench.receiver.connections() > 0; }));
    bench.rig.run_for(50ms);
    CHECK(bench.rig.stop() < 3s);
    bench.receiver.listen(false);
    bench.receiver.be_silent(false);
    bench.receiver.listen(true);
    bench.rig.restart();
    bench.rounds.store(1);
    REQUIRE(bench.rig.send_all());
    CHECK((bench.receiver.received() == bench.expected()));
}

TEST_CASE("a receiver that is silent is given up and asked again") {
    Bench bench;
    bench.rig.config().timeout = 100ms;
    bench.receiver.be_silent(true);
    bench.rounds.store(5);
    bench.rig.start();
    REQUIRE(bench.rig.run_until([&] { return bench.rig.sender().counts().failed_attempts > 1; }));
    CHECK(bench.rig.sender().status().find("does not answer") != std::string::npos);
    bench.receiver.be_silent(false);
    REQUIRE(bench.rig.send_all());
    CHECK((bench.receiver.received() == bench.expected()));
}

TEST_CASE("a kept connection that the receiver has closed is no failure") {
    Bench bench;
    bench.rounds.store(3);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    bench.receiver.listen(false);
    bench.receiver.listen(true);
    bench.rounds.store(3);
    REQUIRE(bench.rig.send_all());
    CHECK(bench.receiver.connections() == 2);
    CHECK(bench.rig.sender().counts().failed_attempts == 0);
    CHECK((bench.receiver.received() == bench.expected()));
}

TEST_CASE("the first start sends from now on, unless backfill_days says otherwise") {
    const auto first = hours_ago(30);
    for (const int days : {0, 1, 9}) {
        CAPTURE(days);
        Bench bench{first};
        bench.rig.config().backfill = std::chrono::hours{24 * days};
        bench.rounds.store(10);
        Rounds later{bench.rig, first + 28h};
        later.store(10);
        bench.rig.start();
        REQUIRE(bench.rig.send_all());
        const auto end = *bench.rig.measurements().complete_until();
        Received expected;
        if (days >= 1) expected = later.expected_before(end);
        if (days >= 9)
            for (const auto& [name, samples] : bench.rounds.expected())
                expected[name].insert(samples.begin(), samples.end());
        CHECK((bench.receiver.received() == expected));
        later.store(5);
        REQUIRE(bench.rig.send_all());
        CHECK(count_samples(bench.receiver.received()) > count_samples(expected));
    }
}

TEST_CASE("what retention has taken is given up, and the rest is sent") {
    const auto today = std::chrono::floor<std::chrono::days>(Instant::now().wall);
    Bench bench{today - 50h};
    bench.rig.config().backfill = 240h;
    bench.rounds.store(10);
    Rounds yesterday{bench.rig, today - 20h};
    yesterday.store(10);
    bench.receiver.listen(false);
    bench.rig.start();
    REQUIRE(bench.rig.run_until([&] { return bench.rig.sender().counts().failed_attempts > 0; }));
    bench.rig.stop();
    // Into their day's file, so that retention can take them.
    Rounds now{bench.rig, today - 1h};
    now.store(1);
    auto forgetting = [](Measurements& measurements, WallTime before) -> asio::awaitable<bool> {
        co_await measurements.forget({.raw_before = before});
        co_return true;
    };
    bench.rig.wait_for(forgetting(bench.rig.measurements(), today - 24h));
    bench.receiver.listen(true);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    const auto received = bench.receiver.received();
    for (const auto& [name, samples] : yesterday.expected())
        for (const auto& [at_ms, values] : samples)
            CHECK((received.count(name) == 1 && received.at(name).count(at_ms) == 1));
    CHECK(count_samples(received) == count_samples(yesterday.expected()));
}

TEST_CASE("a cursor that cannot be read, or is of tomorrow, is begun anew") {
    for (const bool tomorrow : {false, true}) {
        CAPTURE(tomorrow);
        Bench bench;
        bench.rig.config().backfill = 0h;
        if (tomorrow)
            REQUIRE(remote_write::save_cursor(bench.cursor_file(),
                                              {.from = Instant::now().wall + 24h}));
        else
            bench.rig.scratch().write("remote_write.cursor", "rubbish");
        bench.rounds.store(3);
        bench.rig.start();
        REQUIRE(bench.rig.send_all());
        CHECK(bench.receiver.received().empty());
        bench.rounds.store(5);
        REQUIRE(bench.rig.send_all());
        CHECK_FALSE(bench.receiver.received().empty());
        const auto saved = remote_write::load_cursor(bench.cursor_file());
        REQUIRE((saved && *saved));
        CHECK((*saved)->from <= bench.rig.measurements().complete_until());
    }
}

TEST_CASE("what comes late is sent too, once, and in order") {
    Bench bench;
    bench.rounds.store(20);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    bench.rig.run_for(50ms);  // asked for late ones
    const auto before = bench.receiver.received();
    const auto end = *bench.rig.measurements().complete_until();
    bench.rig.store({reading("late", end - 20s, 2), reading("late", end - 40s, 1),
                     reading("late", end + 1s, 3)},
                    bench.rounds.at());
    bench.rounds.store(10);
    REQUIRE(bench.rig.send_all());
    REQUIRE(bench.rig.run_until([&] {
        return bench.receiver.received().count(
                   "frugald_node_power_watts{node=\"late\",source=\"dcmi\"}") > 0;
    }));
    bench.rig.run_for(100ms);
    auto expected = bench.expected();
    auto& late = expected["frugald_node_power_watts{node=\"late\",source=\"dcmi\"}"];
    late[to_unix_ms(end - 40s)] = {1};
    late[to_unix_ms(end - 20s)] = {2};
    late[to_unix_ms(end + 1s)] = {3};
    CHECK((bench.receiver.received() == expected));
}

TEST_CASE("what comes late while the receiver is away is sent once") {
    Bench bench;
    bench.rounds.store(20);
    bench.rig.start();
    REQUIRE(bench.rig.send_all());
    bench.rig.run_for(50ms);
    bench.receiver.listen(false);
    bench.rounds.store(20);
    REQUIRE(bench.rig.run_until([&] { return bench.rig.sender().counts().failed_attempts > 1; }));
    bench.rounds.store(20);
    const auto end = *bench.rig.measurements().complete_until();
    bench.rig.store({reading("late", end - 20s, 2), reading("late", end - 3min, 1)},
                    bench.rounds.at());
    bench.receiver.listen(true);
    REQUIRE(bench.rig.send_all());
    bench.rounds.store(5);
    REQUIRE(bench.rig.send_all());
    bench.rig.run_for(100ms);
    auto expected = bench.expected();
    auto& late = expected["frugald_node_power_watts{node=\"late\",source=\"dcmi\"}"];
    late[to_unix_ms(end - 3min)] = {1};
    late[to_unix_ms(end - 20s)] = {2};
    CHECK((bench.receiver.received() == expected));
}

TEST_CASE("without an archive there is nothing to do, and without a store nothing happens") {
    Rig rig;
    Receiver receiver{rig.loop()};
    rig.send_to(receiver.port());
    rig.start();
    rig.run_for(100ms);
    CHECK(receiver.connections() == 0);
    CHECK(rig.stop() < 1s);
}

TEST_CASE("over TLS, to whom the authority vouches for, with a password or a token") {
    const Scratch scratch;
    const auto authority = make_authority("authority");
    const auto server = make_server(authority);
    const auto ca_file = scratch.write("ca.pem", authority.certificate);
    for (const bool basic : {true, false}) {
        CAPTURE(basic);
        Rig rig;
        Receiver receiver{rig.loop(), server.certificate, server.key};
        rig.send_to(receiver.port());
        rig.config().url.tls = true;
        rig.config().url.host = basic ? "127.0.0.1" : "localhost";
        rig.config().ca_file = ca_file.string();
        rig.config().backfill = 24h;
        rig.config().secret = Secret("pass:word");
        if (basic) rig.config().user = "frugald";
        Rounds rounds{rig, hours_ago(2)};
        rounds.store(5);
        rig.start();
        REQUIRE(rig.send_all());
        CHECK(
            (receiver.received() == rounds.expected_before(*rig.measurements().complete_until())));
        CHECK(receiver.arrived().front().fields.at("authorization") ==
              (basic ? "Basic ZnJ1Z2FsZDpwYXNzOndvcmQ=" : "Bearer pass:word"));
    }
}

TEST_CASE("a receiver that shows another's certificate gets nothing") {
    const Scratch scratch;
    const auto authority = make_authority("authority"), other = make_authority("other");
    const auto ca_file = scratch.write("ca.pem", authority.certificate);
    for (const auto& server : {make_server(other), make_server_elsewhere(authority)}) {
        Rig rig;
        Receiver receiver{rig.loop(), server.certificate, server.key};
        rig.send_to(receiver.port());
        rig.config().url.tls = true;
        rig.config().ca_file = ca_file.string();
        rig.config().backfill = 24h;
        rig.config().secret = Secret("password");
        Rounds rounds{rig, hours_ago(2)};
        rounds.store(5);
        rig.start();
        REQUIRE(rig.run_until([&] { return rig.sender().counts().failed_attempts > 1; }));
        CHECK(receiver.arrived().empty());
        CHECK_MESSAGE(rig.sender().status().find("is not trusted") != std::string::npos,
                      rig.sender().status());
    }
}
