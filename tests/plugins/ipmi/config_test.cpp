#include "plugins/ipmi/config.h"

#include <doctest/doctest.h>

#include "daemon/config/toml_file.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::ipmi;

namespace {

Result<Secret> secret(std::string_view name) {
    if (name == "bmc") return Secret("secret12");
    if (name == "long") return Secret("123456789012345678901");
    return fail(Fault::unavailable, "no secret of this name");
}

Result<Config> read(const std::string& text) {
    const Scratch scratch;
    const auto file = read_toml(scratch.write("frugald.toml", text));
    REQUIRE(file);
    SettingsReader top(*file);
    auto profiles = Profiles::load(
        std::filesystem::path(FRUGALD_SOURCE_DIR) / "config/profiles/bmc", read_toml);
    REQUIRE(profiles);
    return read_config(top.table("ipmi"), secret,
                       std::make_shared<const Profiles>(*std::move(profiles)));
}

std::string mistakes(const std::string& group) {
    const auto config = read(
        "[[ipmi.group]]\nnodes = \"c[1-2]\"\nbmc = \"{node}-bmc\"\n"
        "user = \"admin\"\nsecret = \"bmc\"\n" +
        group);
    return config ? "" : config.error().text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a group names its BMCs by pattern or by list") {
    const auto config = read(
        "[ipmi]\nretransmit_ms = 250\nattempts = 2\n"
        "[[ipmi.group]]\nnodes = \"c[1-2]\"\nbmc = \"{node}-bmc\"\nuser = \"admin\"\n"
        "secret = \"bmc\"\ninterval_s = 1\n"
        "[[ipmi.group]]\nnodes = \"g[1-3]\"\nbmc = \"10.1.0.[1-3]\"\nuser = \"frugald\"\n"
        "secret = \"bmc\"\nport = 6230\nprivilege = \"operator\"\ncipher_suites = [17, 3]\n"
        "workarounds = [\"opensesspriv\", \"authcap\"]\nsensors = false\n");
    REQUIRE(config);
    CHECK(config->network.retransmit == std::chrono::milliseconds{250});
    CHECK(config->network.attempts == 2);
    REQUIRE(config->bmcs.size() == 5);
    CHECK(config->bmcs[1].node == "c2");
    CHECK(config->bmcs[1].host == "c2-bmc");
    CHECK(config->bmcs[1].port == 623);
    CHECK(config->bmcs[1].group->interval == std::chrono::seconds{1});
    CHECK(config->bmcs[1].group->chassis_interval == std::chrono::seconds{1});
    CHECK(config->bmcs[1].group->credentials.cipher_suites == std::vector<std::uint8_t>{17});
    CHECK(config->bmcs[4].host == "10.1.0.3");
    CHECK(config->bmcs[4].port == 6230);
    const Group& second = *config->bmcs[4].group;
    CHECK(second.credentials.user == "frugald");
    CHECK(second.credentials.password.reveal() == "secret12");
    CHECK(second.credentials.privilege == Privilege::operator_);
    CHECK(second.credentials.cipher_suites == std::vector<std::uint8_t>{17, 3});
    CHECK(second.workarounds.open_session_privilege);
    CHECK_FALSE(second.sensors);
}

TEST_CASE("a profile is found by asking each BMC, or named, with its workarounds") {
    const std::string group =
        "[[ipmi.group]]\nnodes = \"c1\"\nbmc = \"c1-bmc\"\nuser = \"admin\"\nsecret = \"bmc\"\n"
        "codec = \"freeipmi\"\nworkarounds = [\"intel20\"]\n";
    const auto asked = read(group);
    REQUIRE(asked);
    CHECK_FALSE(asked->bmcs[0].group->habits);
    CHECK(asked->bmcs[0].group->identities);
    const auto named = read(group + "profile = \"hpe\"\nrepository_interval_s = 60\n");
    REQUIRE(named);
    const Group& hpe = *named->bmcs[0].group;
    REQUIRE(hpe.habits);
    CHECK(hpe.habits->name == "hpe");
    CHECK(hpe.workarounds.discrete_reading);
    CHECK(hpe.workarounds.intel_2_0);
    CHECK(hpe.workarounds.freeipmi_codec);
    CHECK(hpe.repository_interval == std::chrono::seconds{60});
    CHECK(contains(mistakes("profile = \"hal\"\n"), "there are auto, generic, cisco, dell"));
}

TEST_CASE("mistakes are named with their place") {
    CHECK(mistakes("") == "");
    for (const char* suite : {"0", "1", "2", "8", "15"})
        CHECK(contains(mistakes(std::string("cipher_suites = [") + suite + "]\n"),
                       std::string("cipher suite ") + suite + " is refused"));
    CHECK(contains(mistakes("workarounds = [\"magic\"]\n"), "magic"));
    CHECK(contains(mistakes("privilege = \"root\"\n"), "privilege"));
    CHECK(contains(mistakes("port = 70000\n"), "port"));
    CHECK(contains(mistakes("interval = 5\n"), "did you mean 'interval_s'"));
    CHECK(contains(mistakes("cipher_suites = [0]\n"), "frugald.toml:6"));
    CHECK_FALSE(contains(mistakes("cipher_suites = [0]\n"), "secret12"));
}

TEST_CASE("duplicates, missing secrets and lists of another length are mistakes") {
    const std::string rest = "user = \"admin\"\nsecret = \"bmc\"\n";
    const auto twice = read("[[ipmi.group]]\nnodes = \"c1\"\nbmc = \"10.0.0.1\"\n" + rest +
                            "[[ipmi.group]]\nnodes = \"c1\"\nbmc = \"10.0.0.2\"\n" + rest);
    REQUIRE_FALSE(twice);
    CHECK(contains(twice.error().text, "c1 is in two groups"));
    const auto address = read("[[ipmi.group]]\nnodes = \"c1\"\nbmc = \"10.0.0.1\"\n" + rest +
                              "[[ipmi.group]]\nnodes = \"c2\"\nbmc = \"10.0.0.1\"\n" + rest);
    REQUIRE_FALSE(address);
    CHECK(contains(address.error().text, "10.0.0.1 belongs to two nodes"));
    const auto count = read("[[ipmi.group]]\nnodes = \"c[1-3]\"\nbmc = \"10.0.0.[1-2]\"\n" + rest);
    REQUIRE_FALSE(count);
    CHECK(contains(count.error().text, "2 different BMCs for 3 nodes"));
    const auto absent =
        read("[[ipmi.group]]\nnodes = \"c1\"\nbmc = \"b1\"\nuser = \"a\"\nsecret = \"other\"\n");
    REQUIRE_FALSE(absent);
    CHECK(contains(absent.error().text, "no secret of this name"));
    const auto longer =
        read("[[ipmi.group]]\nnodes = \"c1\"\nbmc = \"b1\"\nuser = \"a\"\nsecret = \"long\"\n");
    REQUIRE_FALSE(longer);
    CHECK(contains(longer.error().text, "20 bytes"));
}
