#include <doctest/doctest.h>

#include "daemon/config/toml_file.h"
#include "plugins/snmp/profile/look.h"
#include "plugins/snmp/profile_merge.h"
#include "plugins/snmp/profile_reader.h"
#include "plugins/snmp/wide_counters.h"
#include "tests/plugins/snmp/rig.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::snmp;

namespace {

using Readings = std::map<std::string, double>;

Profile profile_of(const std::string& toml) {
    const auto settings = parse_toml(toml, "x.toml");
    REQUIRE(settings);
    auto profile = read_profile(*settings, "x");
    REQUIRE_MESSAGE(profile, profile.error().text);
    return *std::move(profile);
}

Readings read(const Profile& profile, const std::string& snmprec) {
    const auto recording = Recording::read(snmprec);
    REQUIRE(recording);
    const auto look = profile::look_at(*recording, profile);
    Readings found;
    for (const auto& reading : readings(look.plan, look.values))
        found[std::string{to_string(reading.quantity)} + " " + to_string(reading.part) +
              (reading.name.empty() ? "" : " " + reading.name)] = reading.value;
    return found;
}

Readings read(const std::string& toml, const std::string& snmprec) {
    return read(profile_of(toml), snmprec);
}

}  // namespace

TEST_CASE("a fixed part of the index chooses rows") {
    const char* toml =
        "base = \"1.9\"\n[[table]]\npart = \"total\"\nindex = \"0.0\"\npower = { oid = \"7\" }\n"
        "[[table]]\npart = \"line\"\nindex = \"0.+\"\nprefix = \"L\"\npower = { oid = \"7\" }\n"
        "[[table]]\npart = \"branch\"\nindex = \"+.0\"\nprefix = \"B\"\nname = { level = 1 }\n"
        "power = { oid = \"7\" }\n"
        "[[table]]\npart = \"outlet\"\nindex = \"+.+\"\npower = { oid = \"7\" }\n";
    CHECK(read(toml, "1.9.7.0.0|2|10\n1.9.7.0.2|2|11\n1.9.7.3.0|2|12\n1.9.7.3.4|2|13\n") ==
          Readings{{"power_watts total", 10},
                   {"power_watts line L2", 11},
                   {"power_watts branch B3", 12},
                   {"power_watts outlet 4", 13}});
}

TEST_CASE("an index may go on: a serial number behind the outlet") {
    CHECK(read("base = \"1.9\"\n[[table]]\npart = \"outlet\"\nindex = \"*.**\"\n"
               "name = { level = 1 }\npower = { oid = \"7\" }\n",
               "1.9.7.5.2.65.66|2|1\n1.9.7.6.2.65.66|2|2\n") ==
          Readings{{"power_watts outlet 5", 1}, {"power_watts outlet 6", 2}});
}

TEST_CASE("the scale may stand in the device, in three ways, and without it there is no number") {
    const char* toml =
        "base = \"1.9\"\n[[table]]\npart = \"outlet\"\n"
        "power = { oid = \"1\", signed_factor = \"2\" }\n"
        "current = { oid = \"1\", digits = \"3\" }\n"
        "energy = { oid = \"1\", unit_from = \"4\", unit = \"J\" }\n";
    const auto found = read(toml,
                            "1.9.1.1|2|500\n1.9.2.1|2|-100\n1.9.3.1|2|3\n1.9.4.1|4|kWh\n"
                            "1.9.1.2|2|500\n1.9.2.2|2|100\n1.9.3.2|2|10\n1.9.4.2|4|bananas\n"
                            "1.9.1.3|2|500\n1.9.2.3|2|0\n");
    CHECK(found == Readings{{"power_watts outlet 1", 5},
                            {"current_amperes outlet 1", 0.5},
                            {"energy_joules outlet 1", 500 * 3.6e6},
                            {"power_watts outlet 2", 50'000}});
}

TEST_CASE("rows are chosen by their names, and what the name captures is the row") {
    const char* toml =
        "base = \"1.9\"\n[[table]]\npart = \"line\"\nindex = \"*.*\"\nname = { oid = \"3\" }\n"
        "power = { oid = \"11\", row = 'Phase (L[123])\\.Power' }\n"
        "current = { oid = \"11\", row = 'Phase (L[123])\\.Current' }\n";
    const std::string one =
        "1.9.3.2.5|4|Phase L1.Power\n1.9.3.2.6|4|Phase L1.Current\n1.9.3.2.7|4|Phase "
        "L1.Power.Peak\n"
        "1.9.11.2.5|2|50\n1.9.11.2.6|2|3\n1.9.11.2.7|2|99\n";
    CHECK(read(toml, one) == Readings{{"power_watts line L1", 50}, {"current_amperes line L1", 3}});
    const Readings two{{"power_watts line 2.L1", 50},
                       {"current_amperes line 2.L1", 3},
                       {"power_watts line 4.L1", 60}};
    CHECK(read(toml, one + "1.9.3.4.1|4|Phase L1.Power\n1.9.11.4.1|2|60\n") == two);
}

TEST_CASE("numbers stand in texts, with and without a unit") {
    const char* toml =
        "base = \"1.9\"\n[[table]]\npart = \"outlet\"\ncurrent = { oid = \"1\" }\n"
        "rating = { oid = \"2\", unit = \"text\" }\npower = { oid = \"3\", unit = \"text\" }\n";
    CHECK(read(toml,
               "1.9.1.1|4|2.3\n1.9.2.1|4|32A\n1.9.3.1|4|2.3 kW\n"
               "1.9.1.2|4x|302e3500\n1.9.2.2|4|10 bananas\n1.9.3.2|4|no\n") ==
          Readings{{"current_amperes outlet 1", 2.3},
                   {"rating_amperes outlet 1", 32},
                   {"power_watts outlet 1", 2300},
                   {"current_amperes outlet 2", 0.5}});
}

TEST_CASE("what is not available, implausible or not in the map is absent") {
    const char* toml =
        "base = \"1.9\"\n[[table]]\npart = \"outlet\"\n"
        "power = { oid = \"1\", absent = [9999], most = 5, unit = \"kW\", factor = 0.001 }\n"
        "rating = { oid = \"2\", values = { 1 = 16, big = 32 } }\n";
    CHECK(read(toml,
               "1.9.1.1|2|100\n1.9.1.2|2|9999\n1.9.1.3|2|-1\n1.9.1.4|2|5001\n"
               "1.9.2.1|2|1\n1.9.2.2|4|big\n1.9.2.3|2|7\n") ==
          Readings{{"power_watts outlet 1", 100},
                   {"rating_amperes outlet 1", 16},
                   {"rating_amperes outlet 2", 32}});
}

TEST_CASE("a meter may feed back where its profile says so") {
    CHECK(read("base = \"1.9\"\n[[table]]\npart = \"total\"\n"
               "power = { oid = \"1\", least = -1e6 }\n",
               "1.9.1.0|2|-500\n") == Readings{{"power_watts total", -500}});
}

TEST_CASE("rows are kept by a number or a text beside them, and counted from 1") {
    const char* toml =
        "base = \"1.9\"\n[[table]]\npart = \"outlet\"\nname = { add = 1 }\n"
        "rows = { oid = \"2\", are = [1, 3] }\npower = { oid = \"1\" }\n"
        "[[table]]\npart = \"branch\"\nrows = { oid = \"3\", match = \"^C\" }\n"
        "name = { oid = \"3\" }\ncurrent = { oid = \"1\" }\n";
    CHECK(read(toml, "1.9.1.0|2|10\n1.9.1.1|2|20\n1.9.2.0|2|3\n1.9.2.1|2|2\n1.9.3.1|4|C7\n") ==
          Readings{{"power_watts outlet 1", 10}, {"current_amperes branch C7", 20}});
}

TEST_CASE("a missing total is the sum of the first table that has the quantity") {
    const char* toml =
        "base = \"1.9\"\ntotal_from = [\"line\", \"outlet\"]\n"
        "[[table]]\npart = \"line\"\nprefix = \"L\"\ncurrent = { oid = \"1\" }\n"
        "energy = { oid = \"2\", unit = \"J\" }\n"
        "[[table]]\npart = \"outlet\"\npower = { oid = \"3\" }\n";
    const auto found =
        read(toml, "1.9.1.1|2|1\n1.9.2.1|2|7\n1.9.2.2|2|8\n1.9.3.1|2|100\n1.9.3.2|2|50\n");
    CHECK(found.at("power_watts total") == 150);
    CHECK(found.at("energy_joules total") == 15);
    CHECK(read(toml, "1.9.1.1|2|1\n1.9.2.1|2|7\n1.9.2.2|2|-1\n").contains("energy_joules total") ==
          false);
}

TEST_CASE("a profile extends another: keys of a table replace, are left out, and tables dropped") {
    const auto parent = parse_toml(
        "base = \"1.9\"\nsummary = \"p\"\n[match]\nsys_object_id = [\"1.9\"]\n[snmp]\nmax_oids = "
        "8\n"
        "bulk = false\n[[table]]\npart = \"total\"\npower = { oid = \"1\" }\n"
        "voltage = { oid = \"2\" }\n[[table]]\npart = \"outlet\"\npower = { oid = \"3\" }\n",
        "parent.toml");
    const auto child = parse_toml(
        "extends = \"parent\"\nbase = \"1.8\"\n[snmp]\nmax_oids = 4\n"
        "[[table]]\npart = \"total\"\nwithout = [\"voltage\"]\n"
        "power = { oid = \"1\", factor = 10 }\ncurrent = { oid = \"5\" }\n"
        "[[table]]\npart = \"outlet\"\ndrop = true\n"
        "[[table]]\npart = \"line\"\nprefix = \"L\"\ncurrent = { oid = \"6\" }\n",
        "child.toml");
    REQUIRE(parent);
    REQUIRE(child);
    const auto profile = read_profile(merge_profiles(*parent, *child), "child");
    REQUIRE_MESSAGE(profile, profile.error().text);
    CHECK(profile->limits.max_oids == 4);
    CHECK_FALSE(profile->limits.bulk);
    CHECK_MESSAGE(profile->match.object_ids.empty(), "never inherited");
    CHECK(read(*profile, "1.8.1.0|2|7\n1.8.2.0|2|230\n1.8.3.1|2|5\n1.8.5.0|2|2\n1.8.6.1|2|3\n") ==
          Readings{{"power_watts total", 70},
                   {"current_amperes total", 2},
                   {"current_amperes line L1", 3}});
}

TEST_CASE("a mistake is named in the file that it stands in, also when another extends it") {
    const Scratch scratch;
    const auto parent = scratch.write(
        "parent.toml", "base = \"1.9\"\n[[table]]\npart = \"total\"\npower = { oid = \"x\" }\n");
    const auto child = scratch.write("child.toml", "extends = \"parent\"\n");
    const auto profile = read_profile_file(child, scratch.path(), read_toml);
    REQUIRE_FALSE(profile);
    CHECK(profile.error().text.find("parent.toml:4:") != std::string::npos);
    for (const char* wrong : {"nobody", "loop", "../parent"}) {
        CAPTURE(wrong);
        const auto file =
            scratch.write("loop.toml", std::string{"\nextends = \""} + wrong + "\"\n");
        const auto looped = read_profile_file(file, scratch.path(), read_toml);
        REQUIRE_FALSE(looped);
        CHECK(looped.error().text.find("loop.toml:2:") != std::string::npos);
    }
}

TEST_CASE("a counter that goes round counts on, one that is reset begins anew") {
    const auto profile = profile_of(
        "base = \"1.9\"\n[[table]]\npart = \"total\"\n"
        "energy = { oid = \"1\", unit = \"J\", bits = 24 }\n");
    const auto recording = Recording::read("1.9.1.0|2|5\n");
    auto look = profile::look_at(*recording, profile);
    WideCounters counters;
    const auto after = [&](double raw) {
        std::vector<Value> values{{.kind = Value::Kind::number, .number = raw}};
        counters.unwrap(look.plan, values);
        return values.front().number;
    };
    constexpr double range = 16777216;
    CHECK(after(range - 10) == range - 10);
    CHECK(after(20) == range + 20);
    CHECK(after(30) == range + 30);
    CHECK_MESSAGE(after(0) == 0, "a reset: it fell from far below the end");
    CHECK(after(1) == 1);
}

TEST_CASE("a recording says numbers, texts, hex and escapes; what is no line is skipped") {
    const auto recording = Recording::read(
        "garbage\n1.1|2|-5\n1.2|65|4294967295\n1.3|4x|414200\n1.4|4e|a\\x41\n1.5|6|.1.3.6\n"
        "1.6|2|\n1.7|5|\n1.8|70|1e400\n1.9|4| 12 \r\n");
    REQUIRE(recording);
    CHECK(recording->size() == 9);
    CHECK(recording->value({1, 1}).number == -5);
    CHECK(recording->value({1, 2}).number == 4294967295.0);
    CHECK(recording->value({1, 3}).text == "AB");
    CHECK(recording->value({1, 4}).text == "aA");
    CHECK(recording->value({1, 5}).oid == Oid{1, 3, 6});
    for (const std::uint32_t last : {6U, 7U, 8U})
        CHECK(recording->value({1, last}).kind == Value::Kind::absent);
    CHECK(recording->value({1, 9}).number == 12);
    CHECK_FALSE(Recording::read("no line\n"));
}
