#include <doctest/doctest.h>

#include "tests/plugins/snmp/rig.h"

using namespace frugald;

namespace {

const std::string v2c_pdu =
    "[[pdu]]\nname = \"p1\"\nhost = \"127.22.1.1\"\nversion = \"2c\"\nsecret = \"community-x\"\n";

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("an empty table is a module without devices") {
    Rig rig{""};
    REQUIRE(rig.mistakes() == "");
    CHECK(rig.module().devices().empty());
    rig.start();
    CHECK(rig.stop() < std::chrono::seconds{1});
}

TEST_CASE("PDUs are declared with the nodes they feed") {
    Rig rig{v2c_pdu + "outlets = \"n[1-3]\"\n" +
            "[[pdu]]\nname = \"p2\"\nhost = \"127.22.1.2\"\nversion = \"1\"\nsecret = "
            "\"community-x\"\nprofile = \"sentry3\"\n[pdu.outlets]\nAA1 = \"n9\"\n"};
    REQUIRE(rig.mistakes() == "");
    const auto devices = rig.module().devices();
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].kind == DeviceKind::pdu);
    CHECK(devices[0].name == "p1");
    CHECK(devices[0].model == "auto");
    CHECK(devices[0].outlet_nodes ==
          std::map<std::string, std::string>{{"1", "n1"}, {"2", "n2"}, {"3", "n3"}});
    CHECK(devices[1].model == "sentry3");
    CHECK(devices[1].outlet_nodes == std::map<std::string, std::string>{{"AA1", "n9"}});
}

TEST_CASE("what all PDUs share is said once") {
    Rig rig{
        "version = \"2c\"\nsecret = \"community-x\"\n"
        "[[pdu]]\nname = \"p1\"\nhost = \"127.22.1.1\"\n"
        "[[pdu]]\nname = \"p2\"\nhost = \"127.22.1.2\"\n"};
    CHECK(rig.mistakes() == "");
}

TEST_CASE("a mistake is named with what to do") {
    struct Row {
        const char* says;
        std::string toml;
        const char* expected;
    };
    const std::string v3_pdu = "[[pdu]]\nname = \"p1\"\nhost = \"127.22.1.1\"\nuser = \"u\"\n";
    const Row rows[] = {
        {"an unknown key", v2c_pdu + "intervall_s = 10\n", "interval_s"},
        {"no host", "[[pdu]]\nname = \"p1\"\n", "'host' is missing"},
        {"no community", "[[pdu]]\nname = \"p\"\nhost = \"h\"\nversion = \"2c\"\n",
         "holds the community"},
        {"no user", "[[pdu]]\nname = \"p\"\nhost = \"h\"\nauth_secret = \"auth\"\n",
         "SNMPv3 needs 'user'"},
        {"no password", v3_pdu, "SNMPv3 needs 'auth_secret'"},
        {"an unknown secret", v3_pdu + "auth_secret = \"nope\"\n", "no secret 'nope'"},
        {"a short password", v3_pdu + "auth_secret = \"short\"\n", "shorter than the 8"},
        {"an unknown cipher", v3_pdu + "auth_secret = \"auth\"\nprivacy = \"DES\"\n",
         "AES, AES-256"},
        {"two of one name", v2c_pdu + v2c_pdu, "two PDUs called 'p1'"},
        {"an unknown profile", v2c_pdu + "profile = \"apc\"\n", "no profile 'apc'"},
        {"with the directory", v2c_pdu + "profile = \"apc\"\n", "config/profiles/pdu"},
        {"and the known ones", v2c_pdu + "profile = \"apc\"\n",
         "known are auto, apc-cpdu, apc-epdu"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const Rig rig{row.toml};
        CAPTURE(rig.mistakes());
        CHECK(contains(rig.mistakes(), row.expected));
        CHECK_MESSAGE(!contains(rig.mistakes(), "1234567"), "a secret is shown");
    }
}
