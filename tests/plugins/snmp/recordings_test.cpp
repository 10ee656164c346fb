#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "plugins/snmp/device.h"
#include "plugins/snmp/library.h"
#include "tests/plugins/snmp/rig.h"
#include "tests/plugins/snmp/simulator.h"

using namespace frugald;
using namespace frugald::snmp;

namespace {

constexpr const char* agent = "127.22.0.12";
constexpr std::uint16_t port = 16112;

struct Expected {
    Oid oid;
    double value = 0;  // in base units
};

double to_base(const std::string& sensor_class) {
    const std::map<std::string, double> factors{
        {"power", 1}, {"current", 1}, {"voltage", 1}, {"power_consumed", 3.6e6}};
    const auto found = factors.find(sensor_class);
    return found == factors.end() ? 0 : found->second;
}

std::vector<Expected> expected_of(const std::filesystem::path& file) {
    const auto json = nlohmann::json::parse(std::ifstream{file});
    const auto& sensors = json.at("sensors");
    const auto& source =
        sensors.at("poller").is_object() ? sensors.at("poller") : sensors.at("discovery");
    std::vector<Expected> expected;
    for (const auto& sensor : source.at("sensors")) {
        const double factor = to_base(sensor.at("sensor_class").get<std::string>());
        const auto oid = parse_oid(sensor.at("sensor_oid").get<std::string>());
        if (factor > 0 && oid && sensor.at("sensor_current").is_number())
            expected.push_back({*oid, sensor.at("sensor_current").get<double>() * factor});
    }
    return expected;
}

using Measured = std::map<Oid, std::optional<double>>;

asio::awaitable<void> measure(const PduConfig& pdu, const Profile& profile, Waiter& waiter,
                              Keys& keys, Measured& measured) {
    auto session = co_await Session::open(pdu.account, Patience{}, keys, waiter);
    REQUIRE(session);
    Agent reader{**session, profile.limits};
    Walks walks;
    for (const auto& column : columns_to_walk(profile)) {
        auto walked = co_await reader.walk(column);
        REQUIRE(walked);
        walks[column] = *std::move(walked);
    }
    const auto plan = make_plan(profile, walks);
    std::vector<Oid> wanted;
    for (const auto& item : plan.items) wanted.push_back(item.oid);
    const auto collected = co_await reader.get(wanted);
    REQUIRE(collected);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        measured[wanted[i]] = plan.items[i].measured(collected->values[i]);
}

}  // namespace

TEST_CASE("recordings of real PDUs give the expected values") {
    const auto recordings = shared_recordings();
    if (recordings.empty()) {
        MESSAGE("skipped: shared recordings not present");
        return;
    }
    const Simulator simulator{recordings, agent, port};
    if (!simulator.answers()) {
        MESSAGE("skipped: snmpsim is not installed");
        return;
    }
    struct Row {
        const char* recording;
        const char* profile;
    };
    const Row rows[] = {
        {"apc_ap8853", "apc-rpdu2"},        {"apc_apdu9959eu3", "apc-rpdu2"},
        {"apc_ap7900b", "apc-rpdu"},        {"raritan-pdu_px2", "raritan-px2"},
        {"raritan-pdu_px3", "raritan-px2"}, {"sentry3", "sentry3"},
        {"sentry3_switched", "sentry3"},    {"sentry4", "sentry4"},
    };
    const Library library;
    for (const auto& row : rows) {
        CAPTURE(row.recording);
        asio::io_context loop;
        Waiter waiter{loop};
        Keys keys;
        PduConfig pdu;
        pdu.name = row.recording;
        pdu.profile = "auto";
        pdu.account.host = agent;
        pdu.account.port = port;
        pdu.account.version = Version::v2c;
        pdu.account.community = Secret{row.recording};

        Measured measured;
        asio::co_spawn(loop,
                       measure(pdu, *shipped_profiles().find(row.profile), waiter, keys, measured),
                       asio::detached);
        loop.run();
        std::size_t matched = 0;
        const auto expected = expected_of(recordings / (std::string{row.recording} + ".json"));
        for (const auto& sensor : expected) {
            CAPTURE(to_text(sensor.oid));
            const auto found = measured.find(sensor.oid);
            if (found == measured.end()) continue;
            REQUIRE(found->second);
            CHECK(*found->second == doctest::Approx(sensor.value).epsilon(1e-6));
            if (std::abs(*found->second - sensor.value) <= 1e-6 * std::abs(sensor.value)) ++matched;
        }
        fmt::print("{}: {} of {} expected values\n", row.recording, matched, expected.size());

        loop.restart();
        snmp::Device device{loop, pdu, shipped_profiles(), Patience{}, keys};
        std::optional<Report> report;
        auto poll = [](snmp::Device& polled, std::optional<Report>& into) -> asio::awaitable<void> {
            into = co_await polled.poll();
        };
        asio::co_spawn(loop, poll(device, report), asio::detached);
        loop.run();
        REQUIRE(report);
        REQUIRE_MESSAGE(!report->failure, report->failure->text);
        CHECK(report->source == std::string{"snmp:"} + row.profile);
        CHECK(!report->readings.empty());
    }
}
