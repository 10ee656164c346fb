#include <doctest/doctest.h>

#include "daemon/config/toml_file.h"
#include "plugins/redfish/config.h"
#include "tests/plugins/redfish/certificates.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

Result<redfish::Config> read(const std::string& text) {
    const Scratch scratch;
    const auto settings = read_toml(scratch.write("f.toml", text));
    REQUIRE_MESSAGE(settings, settings.error().text);
    const auto* part = settings->find("redfish");
    REQUIRE(part);
    const auto secret = [](std::string_view name) -> Result<Secret> {
        if (name == "bmc") return Secret("pw");
        return fail(Fault::invalid, "there is no secret '" + std::string(name) + "'");
    };
    return redfish::read_config(*std::get<std::shared_ptr<Settings>>(part->value.value), secret);
}

constexpr const char* pin =
    "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:"
    "89";

std::string group(const std::string& more) {
    return "[[redfish.group]]\nnodes = \"n[1-2]\"\nbmc = \"{node}-bmc\"\nuser = \"u\"\n"
           "secret = \"bmc\"\n" +
           more + "\n";
}

std::string mistakes(const std::string& text) {
    const auto config = read(text);
    return config ? "" : config.error().text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("defaults, and what stands in [redfish] for all groups") {
    const auto config = read(
        "[redfish]\nuser = \"frugald\"\nsecret = \"bmc\"\ninterval_s = 5\n"
        "[[redfish.group]]\nnodes = \"n[1-2]\"\nbmc = \"{node}-bmc\"\n"
        "[[redfish.group]]\nnodes = \"m1\"\nbmc = \"10.0.0.9\"\n"
        "interval_s = 30\nport = 8443\nsystem = \"Node0\"\n");
    REQUIRE_MESSAGE(config, config.error().text);
    REQUIRE(config->bmcs.size() == 3);
    const auto& first = config->bmcs[0];
    CHECK(first.node == "n1");
    CHECK(first.host == "n1-bmc");
    CHECK(first.port == 443);
    CHECK(first.group->user == "frugald");
    CHECK(first.group->password.reveal() == "pw");
    CHECK(first.group->interval == 5s);
    CHECK(first.group->chassis_interval == 5s);
    CHECK(first.group->supplies_interval == 60s);
    CHECK(first.group->bios_interval == 3600s);
    CHECK(first.group->timeout == 15s);
    CHECK_FALSE(first.trust.plain_http);
    const auto& last = config->bmcs[2];
    CHECK(last.port == 8443);
    CHECK(last.system == "Node0");
    CHECK(last.group->interval == 30s);
    CHECK(last.group->chassis_interval == 30s);
    CHECK(last.group->number == 2);
}

TEST_CASE("pins for all, or one per node") {
    const auto all = read(group(std::string("pin = \"") + pin + '"'));
    REQUIRE_MESSAGE(all, all.error().text);
    CHECK(all->bmcs[0].trust.pin.size() == 64);
    CHECK(all->bmcs[0].trust.pin == all->bmcs[1].trust.pin);
    const auto one = read(group(std::string("[redfish.group.pin]\nn2 = \"") + pin + '"'));
    REQUIRE_MESSAGE(one, one.error().text);
    CHECK(one->bmcs[0].trust.pin.empty());
    CHECK(one->bmcs[1].trust.pin.starts_with("abcdef01"));
}

TEST_CASE("plain HTTP is for those who say it") {
    const auto config = read(group("plain_http = true"));
    REQUIRE(config);
    CHECK(config->bmcs[0].trust.plain_http);
    CHECK(config->bmcs[0].port == 80);
}

TEST_CASE("what the site's BIOS should be") {
    const auto config = read("[redfish.bios]\nWorkloadProfile = \"Efficient\"\n" + group(""));
    REQUIRE(config);
    CHECK(config->bmcs[0].group->expected_bios.at("WorkloadProfile") == "Efficient");
}

TEST_CASE("mistakes are named, all at once") {
    struct Row {
        const char* says;
        std::string text;
        const char* words;
    };
    const Row rows[] = {
        {"an unknown key, with the nearest", group("intervall_s = 3"), "interval_s"},
        {"an unknown key of [redfish]", "[redfish]\nca_fil = \"x\"\n", "ca_file"},
        {"no nodes", "[[redfish.group]]\nbmc = \"x\"\nuser = \"u\"\nsecret = \"bmc\"\n", "nodes"},
        {"no user", "[[redfish.group]]\nnodes = \"n1\"\nbmc = \"x\"\nsecret = \"bmc\"\n", "'user'"},
        {"no secret", "[[redfish.group]]\nnodes = \"n1\"\nbmc = \"x\"\nuser = \"u\"\n", "'secret'"},
        {"an unknown secret",
         "[[redfish.group]]\nnodes = \"n1\"\nbmc = \"x\"\nuser = \"u\"\nsecret = \"no\"\n",
         "there is no secret 'no'"},
        {"fewer BMCs than nodes",
         "[[redfish.group]]\nnodes = \"n[1-3]\"\nbmc = \"b[1-2]\"\nuser = \"u\"\nsecret = "
         "\"bmc\"\n",
         "2 different BMCs for 3 nodes"},
        {"not a fingerprint", group("pin = \"abc\""), "64 hexadecimal"},
        {"a pin of a node of nobody",
         group(std::string("[redfish.group.pin]\nn7 = \"") + pin + '"'), "n7 is not a node"},
        {"a ca_file that is not there", group("ca_file = \"/nowhere/ca.pem\""), "/nowhere/ca.pem"},
        {"certificates for plain HTTP",
         group("plain_http = true\npin = \"" + std::string(pin) + '"'),
         "plain HTTP has no certificates"},
        {"a node twice", group("") + group(""), "is in two groups"},
        {"a BMC twice",
         "[[redfish.group]]\nnodes = \"n[1-2]\"\nbmc = \"b1,b1\"\nuser = \"u\"\nsecret = \"bmc\"\n",
         ""},
        {"an interval of nothing", group("interval_s = 0"), "interval_s"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const std::string found = mistakes(row.text);
        CHECK_FALSE(found.empty());
        CHECK_MESSAGE(contains(found, row.words), found);
    }
}

TEST_CASE("two nodes of one BMC are two systems of it") {
    const auto pair = [](const char* first, const char* second) {
        std::string text;
        for (const auto& [node, system] : {std::pair{"n1", first}, std::pair{"n2", second}})
            text += std::string("[[redfish.group]]\nnodes = \"") + node +
                    "\"\nbmc = \"b\"\nuser = \"u\"\nsecret = \"bmc\"\nsystem = \"" + system +
                    "\"\n";
        return text;
    };
    CHECK(mistakes(pair("Node0", "Node1")).empty());
    CHECK(contains(mistakes(pair("Node0", "Node0")), "belongs to two nodes, n1 and n2"));
    CHECK(contains(mistakes(pair("", "Node0")), "belongs to two nodes"));
}
