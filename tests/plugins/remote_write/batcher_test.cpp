#include "plugins/remote_write/batcher.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/plugins/remote_write/decode.h"

using namespace frugald;
using namespace frugald::test;
using remote_write::Batcher;
using remote_write::BatchLimits;
using remote_write::Labels;
using remote_write::Request;
using remote_write::Stream;

namespace {

/// "n1/a" of a temperature's name.
std::string short_name(const std::string& name) {
    const auto node = name.find("node=\"") + 6, sensor = name.find("sensor=\"") + 8;
    return fmt::format("{}/{}", name.substr(node, name.find('"', node) - node),
                       name.substr(sensor, name.find('"', sensor) - sensor));
}

/// Hands over as the archive does.
struct Feed {
    Labels labels{{}};
    Batcher batcher;
    std::vector<Request> requests{};

    explicit Feed(BatchLimits limits = {}, std::optional<Stream> skip = {})
        : batcher(labels, limits, std::move(skip)) {}

    void temperatures(const std::string& node, const std::string& sensor,
                      const std::vector<std::int64_t>& at_ms, double first = 1) {
        std::vector<double> values;
        for (std::size_t i = 0; i < at_ms.size(); ++i) values.push_back(first++);
        batcher.take(
            {{DeviceKind::node, node, "sdr", Quantity::temperature_celsius, Part::sensor, sensor},
             at_ms,
             values});
        collect();
    }
    void finish() {
        batcher.finish();
        collect();
    }
    void collect() {
        for (auto& request : batcher.take_requests()) requests.push_back(std::move(request));
    }
    /// "n1/a: 1@10 2@20", a line for each series of each request.
    std::vector<std::string> lines() const {
        std::vector<std::string> lines;
        for (const auto& request : requests)
            for (const auto& series : decode_request(request.body)) {
                std::string line = short_name(series.name) + ':';
                for (const auto& [at, value] : series.samples)
                    line += fmt::format(" {}@{}", value, at);
                lines.push_back(line);
            }
        return lines;
    }
};

using Lines = std::vector<std::string>;

std::vector<std::int64_t> instants(std::int64_t count) {
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < count; ++i) all.push_back(1'795'219'200'000 + i * 10'000);
    return all;
}

}  // namespace

TEST_CASE("series of some streams share a request") {
    Feed feed;
    feed.temperatures("n1", "a", {10, 20});
    feed.temperatures("n1", "b", {10, 20});
    feed.temperatures("n2", "a", {11});
    CHECK(feed.requests.empty());
    feed.finish();
    CHECK(feed.lines() == Lines{"n1/a: 1@10 2@20", "n1/b: 1@10 2@20", "n2/a: 1@11"});
    REQUIRE(feed.requests.size() == 1);
    CHECK(feed.requests[0].samples == 5);
    CHECK(feed.requests[0].after == Stream{DeviceKind::node, "n2", "sdr"});
    feed.finish();
    CHECK(feed.requests.size() == 1);
}

TEST_CASE("a full request ends between two streams, and names the last of them") {
    Feed feed{{.samples = 5}};
    feed.temperatures("n1", "a", {10, 20});
    feed.temperatures("n2", "a", {10, 20});
    feed.temperatures("n2", "b", {10, 20});
    feed.finish();
    REQUIRE(feed.requests.size() == 2);
    CHECK(feed.requests[0].samples == 2);
    CHECK(feed.requests[0].after->device == "n1");
    CHECK(feed.requests[1].samples == 4);
    CHECK(feed.requests[1].after->device == "n2");
}

TEST_CASE("a stream that is more than a request is cut") {
    Feed feed{{.samples = 3}};
    feed.temperatures("n1", "a", {10, 20});
    feed.temperatures("n2", "a", {10, 20, 30, 40});
    feed.temperatures("n2", "b", {10, 20, 30, 40});
    feed.finish();
    CHECK(feed.lines() == Lines{"n1/a: 1@10 2@20", "n2/a: 1@10 2@20 3@30", "n2/a: 4@40",
                                "n2/b: 1@10 2@20", "n2/b: 3@30 4@40"});
    std::vector<bool> between;
    for (const auto& request : feed.requests) {
        between.push_back(request.after.has_value());
        CHECK(request.samples <= 3);
    }
    CHECK(between == std::vector<bool>{true, false, false, true});
}

TEST_CASE("no request is larger than its limit") {
    Feed feed{{.samples = 1'000'000, .bytes = 20'000}};
    const auto at_ms = instants(60);
    for (int node = 0; node < 100; ++node)
        feed.temperatures(fmt::format("n{}", node), std::string(200, 'x'), at_ms);
    feed.finish();
    std::size_t samples = 0;
    for (const auto& request : feed.requests) {
        samples += request.samples;
        std::size_t bytes = 0;
        for (const auto& series : decode_request(request.body))
            bytes += 200 + series.samples.size() * 18;
        CHECK(bytes <= 20'000);
        if (&request != &feed.requests.back()) CHECK(bytes > 10'000);
    }
    CHECK(samples == 6000);
}

TEST_CASE("a label that is larger than a request goes out alone") {
    Feed feed{{.samples = 100, .bytes = 1000}};
    feed.temperatures("n1", std::string(5000, 'x'), {10, 20});
    feed.finish();
    CHECK(feed.requests.size() == 2);
}

TEST_CASE("parts that share a name become series of their own, as in /metrics") {
    Feed feed;
    feed.temperatures("n1", "Temp", {10, 10, 20, 20});
    feed.temperatures("n1", "Other", {10, 20});
    feed.temperatures("n1", "Temp", {30, 30, 40}, 5);
    feed.finish();
    CHECK(feed.lines() == Lines{"n1/Temp: 1@10 3@20", "n1/Temp #2: 2@10 4@20",
                                "n1/Other: 1@10 2@20", "n1/Temp: 5@30 7@40", "n1/Temp #2: 6@30"});
}

TEST_CASE("a block may begin between two values of one instant") {
    Feed feed;
    feed.temperatures("n1", "Temp", {10});
    feed.temperatures("n1", "Temp", {10, 20, 20}, 2);
    feed.finish();
    CHECK(feed.lines() == Lines{"n1/Temp: 1@10", "n1/Temp: 3@20", "n1/Temp #2: 2@10 4@20"});
}

TEST_CASE("where the clock was set back the samples are put in order") {
    Feed feed;
    feed.temperatures("n1", "a", {100, 110, 50, 60, 120});
    feed.finish();
    CHECK(feed.lines() == Lines{"n1/a: 3@50 4@60 1@100 2@110 5@120"});
}

TEST_CASE("what was delivered before is left out") {
    const auto feed_all = [](Feed& feed) {
        feed.temperatures("n1", "a", {10, 20});
        feed.temperatures("n2", "a", {10, 20});
        feed.temperatures("n2", "b", {10, 20});
        feed.temperatures("n3", "a", {10, 20});
        feed.finish();
    };
    Feed middle{{}, Stream{DeviceKind::node, "n2", "sdr"}};
    feed_all(middle);
    CHECK(middle.lines() == Lines{"n3/a: 1@10 2@20"});
    CHECK_FALSE(middle.batcher.skipping());
    Feed last{{}, Stream{DeviceKind::node, "n3", "sdr"}};
    feed_all(last);
    CHECK(last.lines().empty());
    CHECK_FALSE(last.batcher.skipping());
    Feed gone{{}, Stream{DeviceKind::node, "n9", "sdr"}};
    feed_all(gone);
    CHECK(gone.lines().empty());
    CHECK(gone.batcher.skipping());
}

TEST_CASE("samples in any order become series in order of time") {
    Feed feed;
    std::vector<Sample> samples;
    for (const auto& [node, at] : std::vector<std::pair<std::string, std::int64_t>>{
             {"n2", 30}, {"n1", 20}, {"n2", 10}, {"n1", 10}})
        samples.push_back({.at = from_unix_ms(at),
                           .kind = DeviceKind::node,
                           .device = node,
                           .quantity = Quantity::temperature_celsius,
                           .part = Part::sensor,
                           .part_name = "a",
                           .source = "sdr",
                           .value = static_cast<double>(at)});
    take_samples(samples, feed.batcher);
    feed.finish();
    CHECK(feed.lines() == Lines{"n1/a: 10@10 20@20", "n2/a: 10@10 30@30"});
}

TEST_CASE("what Prometheus has no name for is left out") {
    Feed feed;
    feed.batcher.take({{DeviceKind::pdu, "p", "snmp", Quantity::rating_amperes, Part::line, "L1"},
                       std::vector<std::int64_t>{10},
                       std::vector<double>{16}});
    feed.finish();
    CHECK(feed.requests.empty());
}
