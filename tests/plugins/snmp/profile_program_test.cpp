#include <doctest/doctest.h>
#include <fmt/format.h>

#include "daemon/config/toml_file.h"
#include "plugins/snmp/profile/redact.h"
#include "plugins/snmp/profile/report.h"
#include "plugins/snmp/profile/run.h"
#include "tests/plugins/snmp/rig.h"
#include "tests/plugins/snmp/running_room.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::snmp::profile;

namespace {

struct Outcome {
    int code = 0;
    std::string text;
    Json first() const { return Json::parse(text.substr(0, text.find('\n'))); }
};

Options options(Options::Verb verb) {
    Options options;
    options.verb = verb;
    options.profiles = source_root() / "config/profiles/pdu";
    options.patience.timeout = std::chrono::milliseconds{1000};
    options.account.version = snmp::Version::v2c;
    options.account.community = frugald::Secret{"public"};
    return options;
}

Outcome run_with(const Options& options) {
    Outcome outcome;
    outcome.code = run(options, read_toml, [&](const std::string& text) { outcome.text += text; });
    return outcome;
}

const char* tiny_profile =
    "base = \"1.9\"\n[match]\nprobe = [\"1\"]\n"
    "[[table]]\npart = \"total\"\npower = { oid = \"1\" }\nvoltage = { oid = \"2\" }\n"
    "[left_out]\n3 = \"apparent power\"\n";

std::string expected(const char* sensors) {
    return fmt::format(
        "{{\"sensors\":{{\"discovery\":{{\"sensors\":[{}]}},\"poller\":\"matches\"}}}}", sensors);
}

std::string sensor(const char* sensor_class, const char* oid, double value) {
    return fmt::format("{{\"sensor_class\":\"{}\",\"sensor_oid\":\".{}\",\"sensor_current\":{}}}",
                       sensor_class, oid, value);
}

}  // namespace

TEST_CASE("check names each mistake with its place, and says 1") {
    const Scratch scratch;
    auto check = options(Options::Verb::check);
    check.files = {scratch.write("good.toml", tiny_profile),
                   scratch.write("bad.toml", "[[table]]\npart = \"total\"\npwer = 1\n")};
    const auto outcome = run_with(check);
    CHECK(outcome.code == 1);
    CHECK(outcome.first().at("good") == true);
    const auto second = Json::parse(outcome.text.substr(outcome.text.find('\n')));
    CHECK(second.at("mistakes").dump().find("bad.toml:3:1") != std::string::npos);
}

TEST_CASE("test counts what matches, excepts with a reason, and says 1 for anything else") {
    const Scratch scratch;
    auto test = options(Options::Verb::test);
    test.profile = scratch.write("tiny.toml", tiny_profile).string();
    test.files = {scratch.write("one.snmprec", "1.9.1.0|2|500\n1.9.2.0|2|230\n1.9.3.0|2|520\n")};
    SUBCASE("all right") {
        test.expected = scratch.write("e.json", expected((sensor("power", "1.9.1.0", 500) + "," +
                                                          sensor("power", "1.9.3.0", 520) + "," +
                                                          sensor("voltage", "1.9.7.0", 1))
                                                             .c_str()));
        const auto outcome = run_with(test);
        CHECK(outcome.code == 0);
        const auto json = outcome.first();
        CHECK(json.at("sensors").at("power").at("matched") == 1);
        CHECK(json.at("sensors").at("power").at("total") == 1);
        CHECK_MESSAGE(json.at("excepted").size() == 2, "left out, and not recorded");
    }
    SUBCASE("a wrong value, a wrong kind and a missing column") {
        test.expected = scratch.write("e.json", expected((sensor("power", "1.9.1.0", 501) + "," +
                                                          sensor("voltage", "1.9.1.0", 500) + "," +
                                                          sensor("current", "1.9.2.0", 230))
                                                             .c_str()));
        const auto outcome = run_with(test);
        CHECK(outcome.code == 1);
        CHECK(outcome.first().at("wrong").size() == 3);
    }
    SUBCASE("an exception of the list") {
        test.expected = scratch.write("e.json", expected(sensor("power", "1.9.1.0", 9).c_str()));
        test.exceptions = scratch.write("x.txt", "# why\none 1.9.1 because of a test\n");
        CHECK(run_with(test).code == 0);
        test.exceptions = scratch.write("y.txt", "other 1.9.1 because of a test\n");
        CHECK(run_with(test).code == 1);
    }
    SUBCASE("no recording, no expected values") {
        test.expected = scratch.write("e.json", "{}");
        CHECK(run_with(test).first().contains("error"));
        test.files = {scratch.write("two.snmprec", "nothing\n")};
        CHECK(run_with(test).code == 1);
    }
}

TEST_CASE("try shows what a device says, and the checks; record what it is made of") {
    const RunningRoom room{
        "[[bmcs]]\nnodes = \"n[1-4]\"\naddress = \"127.22.2.2\"\nport = 16624\n"
        "[[pdu]]\nname = \"p\"\naddress = \"127.22.3.2\"\nport = 16116\n"
        "shape = \"raritan-px2\"\noutlets = \"n[1-4]\"\nphases = 1\n"};
    auto ask = options(Options::Verb::ask);
    ask.account.host = "127.22.3.2";
    ask.account.port = 16116;
    const auto tried = run_with(ask);
    CAPTURE(tried.text);
    CHECK(tried.code == 0);
    CHECK(tried.first().at("profile") == "raritan-px2");
    CHECK(tried.first().at("readings").size() > 8);

    auto record = ask;
    record.verb = Options::Verb::record;
    record.redact = true;
    const auto recorded = run_with(record);
    CHECK(recorded.code == 0);
    const Scratch scratch;
    auto test = options(Options::Verb::test);
    test.files = {scratch.write("p.snmprec", recorded.text)};
    const auto again = run_with(test);
    CHECK(again.first().at("profile") == "raritan-px2");
    CHECK(again.first().at("readings").size() == tried.first().at("readings").size());

    ask.account.community = frugald::Secret{"wrong"};
    ask.patience.timeout = std::chrono::milliseconds{100};
    CHECK(run_with(ask).code == 1);
}

TEST_CASE("redacting takes names and numbers of units away, and keeps what profiles read") {
    std::vector<snmp::Binding> bindings{
        {{1, 3, 6, 1, 2, 1, 1, 1, 0}, {snmp::Value::Kind::text, 0, "PDU S/N 123456 V2.7", {}}},
        {{1, 3, 6, 1, 2, 1, 1, 5, 0}, {snmp::Value::Kind::text, 0, "secret-site", {}}},
        {{1, 3, 6, 1, 4, 1, 1718, 3, 2, 2, 1, 2, 1, 1}, {snmp::Value::Kind::text, 0, "AA", {}}},
        {{1, 3, 6, 1, 4, 1, 1718, 3, 1, 6, 0}, {snmp::Value::Kind::number, 3e9, "", {}}}};
    redact(bindings, shipped_profiles());
    std::string text;
    for (const auto& binding : bindings) text += snmprec_line(binding);
    CHECK(text ==
          "1.3.6.1.2.1.1.1.0|4|PDU S/N xxxxxx V2.7\n1.3.6.1.2.1.1.5.0|4|<private>\n"
          "1.3.6.1.4.1.1718.3.2.2.1.2.1.1|4|AA\n1.3.6.1.4.1.1718.3.1.6.0|66|3000000000\n");
}
