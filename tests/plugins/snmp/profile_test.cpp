#include <doctest/doctest.h>

#include "daemon/config/toml_file.h"
#include "plugins/snmp/profile_reader.h"
#include "tests/plugins/snmp/rig.h"

using namespace frugald;
using namespace frugald::snmp;

namespace {

std::string mistakes_of(const std::string& toml) {
    const auto settings = parse_toml(toml, "x.toml");
    REQUIRE(settings);
    const auto profile = read_profile(*settings, "x");
    return profile ? "" : profile.error().text;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("the shipped profiles are read without a mistake") {
    CHECK(shipped_profiles().all().size() >= 30);
    const auto* profile = shipped_profiles().find("apc-rpdu2");
    REQUIRE(profile);
    CHECK(profile->tables.front().columns.front().factor == 10);
    CHECK(profile->tables.front().columns[1].factor == doctest::Approx(360'000));
    CHECK(to_text(profile->tables.back().columns.front().oid) ==
          "1.3.6.1.4.1.318.1.1.26.9.4.3.1.7");
}

TEST_CASE("the more specific sysObjectID comes first, then sysDescr, then whoever has a probe") {
    const auto first = [](const char* object_id, const char* description) {
        const auto oid = parse_oid(object_id);
        return shipped_profiles()
            .candidates(oid.value_or(Oid{}), description)
            .front()
            .profile->name;
    };
    CHECK(first("1.3.6.1.4.1.318.1.3.4.6", "") == "apc-rpdu2");
    CHECK(first("1.3.6.1.4.1.318.1.3.4.99", "") == "apc-rpdu");
    CHECK(first("", "HP PDU Management Module, revision 1") == "hpe-pdumm");
    CHECK(shipped_profiles().candidates({1, 3, 6, 1, 4, 1, 9, 1}, "a switch").size() ==
          shipped_profiles().all().size());
}

TEST_CASE("a mistake in a profile is named with its place and the nearest key") {
    struct Row {
        const char* says;
        const char* toml;
        const char* expected;
    };
    const Row rows[] = {
        {"an unknown key of a column",
         "[[table]]\npart = \"total\"\npower = { oid = \"1.2\", fator = 10 }\n", "factor"},
        {"and its place", "[[table]]\npart = \"total\"\npower = { oid = \"1.2\", fator = 10 }\n",
         "x.toml:3:24"},
        {"an unknown table key", "[[table]]\npart = \"total\"\npowr = { oid = \"1.2\" }\n",
         "power"},
        {"an OID with letters", "[[table]]\npart = \"total\"\npower = { oid = \"1.x\" }\n",
         "'1.x' is not an OID"},
        {"a unit of something else",
         "[[table]]\npart = \"total\"\npower = { oid = \"1\", unit = \"VA\" }\n", "W, kW"},
        {"a part that does not exist", "[[table]]\npart = \"phase\"\npower = { oid = \"1\" }\n",
         "total, line, branch, outlet"},
        {"a table that measures nothing", "[[table]]\npart = \"total\"\n", "measures nothing"},
        {"no table at all", "summary = \"x\"\n", "at least one [[table]]"},
        {"a reference to a later table",
         "[[table]]\npart = \"total\"\nonly_without = \"b\"\npower = { oid = \"1\" }\n",
         "names no table before it"},
        {"a sum over nothing",
         "total_from = [\"b\"]\n[[table]]\npart = \"total\"\npower = { oid = \"1\" }\n",
         "not the id of a table"},
        {"two tables of one id",
         "[[table]]\npart = \"total\"\npower = { oid = \"1\" }\n"
         "[[table]]\npart = \"total\"\npower = { oid = \"2\" }\n",
         "two tables with id 'total'"},
        {"an index that is no pattern",
         "[[table]]\npart = \"total\"\nindex = \"**.1\"\npower = { oid = \"1\" }\n",
         "no pattern of an index"},
        {"a broken regular expression",
         "[match]\nsys_descr = \"(\"\n[[table]]\npart = \"total\"\npower = { oid = \"1\" }\n",
         "x.toml:2:"},
        {"rows by name without a column of names",
         "[[table]]\npart = \"total\"\npower = { oid = \"1\", row = \"Total\" }\n",
         "needs name = { oid"},
        {"two scales",
         "[[table]]\npart = \"total\"\npower = { oid = \"1\", digits = \"2\", unit_from = \"3\" "
         "}\n",
         "is enough"},
        {"bounds the wrong way round",
         "[[table]]\npart = \"total\"\npower = { oid = \"1\", least = 5, most = 1 }\n",
         "less than 'least'"},
        {"an unknown key of what to match",
         "[match]\nsysobjectid = [\"1\"]\n[[table]]\npart = \"total\"\npower = { oid = \"1\" }\n",
         "sys_object_id"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto mistakes = mistakes_of(row.toml);
        CAPTURE(mistakes);
        CHECK(contains(mistakes, row.expected));
    }
}

TEST_CASE("OIDs are numbers and dots") {
    CHECK(parse_oid(".1.3.6") == Oid{1, 3, 6});
    CHECK(parse_oid("1.4294967295") == Oid{1, 4294967295});
    for (const char* wrong : {"", ".", "1..2", "1.", "-1", "1.4294967296", "1.a", "..1"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_oid(wrong));
    }
    std::string deep = "1";
    for (int i = 0; i < 128; ++i) deep += ".1";
    CHECK_FALSE(parse_oid(deep));
}
