#include <doctest/doctest.h>

#include "tests/plugins/modbus/fixture.h"

using namespace frugald;

namespace {

const std::string one = "[[meter]]\nname = \"m\"\nhost = \"127.27.0.1\"\nprofile = \"schneider\"\n";

}  // namespace

TEST_CASE("an empty table is a module without devices") {
    Rig rig{""};
    REQUIRE(rig.mistakes() == "");
    CHECK(rig.module().devices().empty());
    rig.start();
    CHECK(rig.stop() < std::chrono::seconds{1});
}

TEST_CASE("meters are declared; what all share is said once") {
    Rig rig{
        "port = 1502\nprofile = \"schneider\"\ninterval_s = 30\n"
        "[[meter]]\nname = \"a\"\nhost = \"127.27.0.1\"\nunit = 0\n"
        "[[meter]]\nname = \"b\"\nhost = \"127.27.0.1\"\nprofile = \"abb-b23\"\n"};
    REQUIRE(rig.mistakes() == "");
    const auto devices = rig.module().devices();
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].kind == DeviceKind::meter);
    CHECK(devices[0].name == "a");
    CHECK(devices[0].model == "schneider");
    CHECK(devices[1].model == "abb-b23");
}

TEST_CASE("a mistake is named with what to do") {
    struct Row {
        const char* says;
        std::string toml;
        const char* expected;
    };
    const Row rows[] = {
        {"an unknown key", one + "intervall_s = 10\n", "did you mean 'interval_s'"},
        {"no host", "[[meter]]\nname = \"m\"\nprofile = \"schneider\"\n", "'host' is missing"},
        {"no profile", "[[meter]]\nname = \"m\"\nhost = \"h\"\n", "'profile' is missing"},
        {"two of one name", one + one, "two meters called 'm'"},
        {"an impossible unit", one + "unit = 256\n", "between 0 and 255"},
        {"no ratio", one + "ct_ratio = 0\n", "'ct_ratio' is 0"},
        {"no such order", one + "order = \"big\"\n", "abcd, cdab, badc, dcba"},
        {"too patient", one + "timeout_s = 60\n", "between 0.05 and 10"},
        {"an unknown profile", "[[meter]]\nname = \"m\"\nhost = \"h\"\nprofile = \"abb\"\n",
         "there is no profile 'abb' in"},
        {"and the known ones", "[[meter]]\nname = \"m\"\nhost = \"h\"\nprofile = \"abb\"\n",
         "known are abb-b23, acrel-adw300, carlo-gavazzi-em24, carlo-gavazzi-em24-e1, "
         "eastron-sdm630, janitza-umg, schneider, siemens-pac, socomec-countis-e, "
         "socomec-digiware, sunspec-meter"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.says});
        const Rig rig{row.toml};
        CHECK_MESSAGE(contains(rig.mistakes(), row.expected), rig.mistakes());
    }
}
