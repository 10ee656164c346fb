#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "plugins/snmp/device.h"
#include "plugins/snmp/library.h"
#include "plugins/snmp/profile/expected.h"
#include "plugins/snmp/profile/run.h"
#include "tests/plugins/snmp/rig.h"
#include "tests/plugins/snmp/simulator.h"

using namespace frugald;
using namespace frugald::snmp;

namespace {

constexpr const char* agent = "127.22.0.12";
constexpr std::uint16_t port = 16112;

std::vector<std::filesystem::path> recordings_in(const std::filesystem::path& directory) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{directory})
        if (entry.path().extension() == ".snmprec") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::vector<profile::Exception> exceptions() {
    const auto text =
        profile::read_file(source_root() / "tests/plugins/snmp/recording_exceptions.txt");
    REQUIRE(text);
    const auto exceptions = profile::read_exceptions(*text);
    REQUIRE(exceptions);
    return *exceptions;
}

struct Tally {
    std::size_t matched = 0;
    std::size_t total = 0;
};

Tally test(const std::filesystem::path& file, const std::vector<profile::Exception>& excepted) {
    const auto text = profile::read_file(file);
    REQUIRE(text);
    const auto recording = Recording::read(*text);
    REQUIRE(recording);
    const auto* profile = identify(*recording, shipped_profiles());
    REQUIRE_MESSAGE(profile, "no profile fits");
    const auto look = profile::look_at(*recording, *profile);
    auto json = file;
    const auto expected =
        profile::read_expected(*profile::read_file(json.replace_extension("json")));
    REQUIRE(expected);
    const auto comparison =
        profile::compare(look, *recording, *expected, excepted, file.stem().string());
    Tally tally;
    std::string counts;
    for (const auto& [kind, count] : comparison.counts) {
        tally.matched += count.matched;
        tally.total += count.total;
        counts += fmt::format(" {} {}/{}", kind, count.matched, count.total);
    }
    for (const auto& note : comparison.wrong)
        counts += fmt::format("\n    {} {}: expected {}, {}", note.sensor.kind,
                              to_text(note.sensor.oid), note.sensor.value, note.text);
    fmt::print("{} ({}):{}; {} excepted\n", file.stem().string(), profile->name, counts,
               comparison.excepted.size());
    return tally;
}

}  // namespace

TEST_CASE("recordings of real PDUs give the expected values") {
    const auto directory = shared_recordings();
    if (directory.empty()) {
        MESSAGE("skipped: shared recordings not present");
        return;
    }
    const auto excepted = exceptions();
    Tally all;
    for (const auto& file : recordings_in(directory)) {
        CAPTURE(file.stem().string());
        const auto tally = test(file, excepted);
        all.matched += tally.matched;
        all.total += tally.total;
    }
    fmt::print("all: {} of {} sensors\n", all.matched, all.total);
    CHECK(all.total > 1000);
    CHECK(static_cast<double>(all.matched) >= 0.995 * static_cast<double>(all.total));
}

TEST_CASE("real PDUs on the wire are found by themselves and read like their recordings") {
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
    const Library library;
    for (const char* name : {"apc_ap8853", "raritan-pdu_px2", "sentry3", "eatonpdu_2",
                             "hpe-mapdu_pdu2", "rnx-updu_rn3214"}) {
        CAPTURE(name);
        const auto text = profile::read_file(recordings / (std::string{name} + ".snmprec"));
        const auto recording = Recording::read(*text);
        REQUIRE(recording);
        const auto* profile = identify(*recording, shipped_profiles());
        REQUIRE(profile);
        const auto look = profile::look_at(*recording, *profile);
        asio::io_context loop;
        Keys keys;
        PduConfig pdu;
        pdu.name = name;
        pdu.profile = "auto";
        pdu.account.host = agent;
        pdu.account.port = port;
        pdu.account.version = Version::v2c;
        pdu.account.community = Secret{name};
        snmp::Device device{loop, pdu, shipped_profiles(), Patience{}, keys};
        std::optional<Report> report;
        auto poll = [](snmp::Device& polled, std::optional<Report>& into) -> asio::awaitable<void> {
            into = co_await polled.poll();
        };
        asio::co_spawn(loop, poll(device, report), asio::detached);
        loop.run();
        REQUIRE(report);
        REQUIRE_MESSAGE(!report->failure, report->failure->text);
        CHECK(report->source == "snmp:" + profile->name);
        const auto expected = readings(look.plan, look.values);
        REQUIRE(report->readings.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            CHECK(report->readings[i].value == doctest::Approx(expected[i].value));
    }
}
