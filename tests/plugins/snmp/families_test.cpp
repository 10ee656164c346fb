#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>

#include "plugins/snmp/profile/checks.h"
#include "tests/plugins/snmp/rig.h"

using namespace frugald;
using namespace frugald::snmp;

namespace {

/// A recording made up for a test. Its comments say what must come out:
///   # profile apc-rpdu2
///   # reads power_watts outlet 12 = 250
struct Invented {
    std::string text;
    std::string profile;
    std::map<std::string, double> reads;
};

Invented read_invented(const std::filesystem::path& file) {
    Invented invented;
    std::ifstream stream{file};
    const std::string profile = "# profile ", reads = "# reads ";
    for (std::string line; std::getline(stream, line); invented.text += line + "\n") {
        if (line.starts_with(profile)) invented.profile = line.substr(profile.size());
        if (!line.starts_with(reads)) continue;
        const auto equals = line.rfind(" = ");
        invented.reads[line.substr(reads.size(), equals - reads.size())] =
            std::stod(line.substr(equals + 3));
    }
    return invented;
}

std::map<std::string, double> named(const std::vector<NamedReading>& readings) {
    std::map<std::string, double> found;
    for (const auto& reading : readings)
        found[std::string{to_string(reading.quantity)} + " " + to_string(reading.part) +
              (reading.name.empty() ? "" : " " + reading.name)] = reading.value;
    return found;
}

void compare(const std::map<std::string, double>& found,
             const std::map<std::string, double>& expected) {
    for (const auto& [name, value] : expected) {
        CAPTURE(name);
        const auto reading = found.find(name);
        CHECK_MESSAGE(reading != found.end(), "not read");
        if (reading != found.end()) CHECK(reading->second == doctest::Approx(value).epsilon(1e-6));
    }
    for (const auto& [name, value] : found)
        CHECK_MESSAGE(expected.contains(name), "read, and not expected: ", name, " = ", value);
}

}  // namespace

TEST_CASE("every family is found by itself and read in base units, watts and not volt-amperes") {
    std::set<std::string> proven;
    for (const auto& entry :
         std::filesystem::directory_iterator{source_root() / "tests/plugins/snmp/families"}) {
        CAPTURE(entry.path().stem().string());
        const auto invented = read_invented(entry.path());
        const auto recording = Recording::read(invented.text);
        REQUIRE(recording);
        const auto* profile = identify(*recording, shipped_profiles());
        REQUIRE(profile);
        CHECK(profile->name == invented.profile);
        const auto look = profile::look_at(*recording, *profile);
        compare(named(readings(look.plan, look.values)), invented.reads);
        for (const auto& check : profile::check(look))
            CHECK_MESSAGE((check.good || check.name == "outlets"), check.name, ": ", check.text);
        proven.insert(profile->name);
    }
    for (const auto& profile : shipped_profiles().all())
        CHECK_MESSAGE(proven.contains(profile.name), profile.name, " has no recording here");
}
