#include "plugins/remote_write/config.h"

#include <doctest/doctest.h>

#include "daemon/config/toml_file.h"
#include "plugins/remote_write/backoff.h"
#include "plugins/remote_write/cursor.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

Result<remote_write::Config> read(const std::string& text) {
    const Scratch scratch;
    const auto settings = read_toml(scratch.write("f.toml", "[remote_write]\n" + text));
    REQUIRE_MESSAGE(settings, settings.error().text);
    const auto* part = settings->find("remote_write");
    REQUIRE(part);
    const auto secret = [](std::string_view name) -> Result<Secret> {
        if (name == "vm") return Secret("pw");
        if (name == "newline") return Secret("pw\n");
        return fail(Fault::invalid, "there is no secret '" + std::string(name) + "'");
    };
    return remote_write::read_config(*std::get<std::shared_ptr<Settings>>(part->value.value),
                                     secret);
}

}  // namespace

TEST_CASE("a URL is all it needs") {
    const auto config = read("url = \"http://vm:8428/api/v1/write\"\n");
    REQUIRE_MESSAGE(config, config.error().text);
    CHECK(config->url.host == "vm");
    CHECK(config->url.port == 8428);
    CHECK(config->url.target == "/api/v1/write");
    CHECK_FALSE(config->url.tls);
    CHECK(config->send_interval == 10s);
    CHECK(config->timeout == 30s);
    CHECK(config->backfill == 0h);
    CHECK(config->secret.empty());
    CHECK(config->labels.empty());
    CHECK(config->limits.samples == 10'000);
}

TEST_CASE("everything can be set") {
    const auto config = read(
        "url = \"https://[2001:db8::1]:9090/write?x=1\"\nuser = \"u\"\nsecret = \"vm\"\n"
        "send_interval_s = 30\ntimeout_s = 5\nbackfill_days = 2\n"
        "labels = {cluster = \"x\", Site = \"b\"}\n");
    REQUIRE_MESSAGE(config, config.error().text);
    CHECK(config->url.tls);
    CHECK(config->url.host == "2001:db8::1");
    CHECK(config->url.authority() == "[2001:db8::1]:9090");
    CHECK(config->url.target == "/write?x=1");
    CHECK(config->secret.reveal() == "pw");
    CHECK(config->backfill == 48h);
    CHECK(config->labels.at("cluster") == "x");
}

TEST_CASE("URLs have defaults") {
    CHECK(remote_write::parse_url("https://a")->port == 443);
    CHECK(remote_write::parse_url("https://a")->target == "/");
    CHECK(remote_write::parse_url("http://a?b")->target == "/?b");
    CHECK(remote_write::parse_url("http://a/b")->port == 80);
    CHECK(remote_write::parse_url("http://a/b")->authority() == "a");
}

TEST_CASE("mistakes are named with their line, all at once") {
    const std::string url = "url = \"http://vm/\"\n";
    struct Row {
        const char* says;
        std::string text;
        const char* words;
    };
    const Row rows[] = {
        {"no URL", "timeout_s = 3\n", "url"},
        {"another scheme", "url = \"ftp://vm/\"\n",
         "f.toml:2:7: 'url': 'ftp://vm/' begins neither"},
        {"no host", "url = \"http:///x\"\n", "has no host"},
        {"a port that is none", "url = \"http://vm:99999/\"\n", "a port that is none"},
        {"an address without its end", "url = \"http://[::1/\"\n", "has no host"},
        {"a blank", "url = \"http://v m/\"\n", "characters that no URL has"},
        {"a password in the URL", "url = \"http://u:p@vm/\"\n", "keys of their own"},
        {"an unknown key", url + "timout_s = 3\n", "f.toml:3:1: unknown key"},
        {"no interval", url + "send_interval_s = 0\n", "f.toml:3:19: 'send_interval_s'"},
        {"an unknown secret", url + "secret = \"no\"\n", "there is no secret 'no'"},
        {"a user without a secret", url + "user = \"u\"\n", "'secret' is missing"},
        {"a user with a colon", url + "user = \"a:b\"\nsecret = \"vm\"\n", "no colon"},
        {"a secret with a newline", url + "secret = \"newline\"\n", "control character"},
        {"a label that is none", url + "labels = {\"a-b\" = \"x\"}\n", "is no name for a label"},
        {"a reserved label", url + "labels = {__x = \"x\"}\n", "is no name for a label"},
        {"a label of ours", url + "labels = {node = \"x\"}\n", "given by frugald itself"},
        {"a label that is no text", url + "labels = {cluster = 3}\n", "must be a text"},
        {"a negative backfill", url + "backfill_days = -1\n", "backfill_days"},
        {"certificates for plain HTTP", url + "ca_file = \"/x\"\n", "plain HTTP"},
        {"a ca_file that is not there", "url = \"https://vm/\"\nca_file = \"/nowhere/ca.pem\"\n",
         "/nowhere/ca.pem"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto config = read(row.text);
        REQUIRE_FALSE(config);
        CHECK_MESSAGE(config.error().text.find(row.words) != std::string::npos,
                      config.error().text);
        CHECK(config.error().text.find("f.toml:") != std::string::npos);
    }
    const auto both = read("url = \"x\"\nsend_interval_s = 0\n");
    CHECK(both.error().text.find('\n') != std::string::npos);
}

TEST_CASE("Retry-After is a number of seconds or a date") {
    const auto now = from_unix_ms(1'795'219'200'000);  // 2026-11-21T00:00:00Z
    using remote_write::parse_retry_after;
    CHECK(parse_retry_after("120", now) == 120s);
    CHECK(parse_retry_after("0", now) == 0s);
    CHECK(parse_retry_after("Sat, 21 Nov 2026 00:01:30 GMT", now) == 90s);
    CHECK(parse_retry_after("Sat, 21 Nov 2020 00:01:30 GMT", now) == 0s);
    for (const char* nothing : {"", "soon", "-1", "1.5", "99999999999999999999"})
        CHECK_MESSAGE(!parse_retry_after(nothing, now), nothing);
}

TEST_CASE("waiting doubles up to a minute, by chance up to half of it less") {
    remote_write::Backoff backoff{remote_write::Patience{}};
    for (const auto most : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        const auto wait = backoff.next({});
        CHECK(wait >= most / 2);
        CHECK(wait <= most);
    }
    CHECK(backoff.next(90s) == 90s);
    CHECK(backoff.next(100h) == 1h);
    CHECK(backoff.next(1s) >= 30s);
    backoff.reset();
    CHECK(backoff.next({}) <= 1s);
    remote_write::Backoff one{remote_write::Patience{}}, other{remote_write::Patience{}};
    bool differ = false;
    for (int i = 0; i < 20; ++i) differ = differ || one.next({}) != other.next({});
    CHECK(differ);
}

TEST_CASE("the cursor survives, whole or not at all") {
    using remote_write::Cursor;
    const Scratch scratch;
    const auto file = scratch.path() / "remote_write.cursor";
    CHECK(remote_write::load_cursor(file).value() == std::nullopt);
    const Cursor simple{.from = from_unix_ms(1'795'219'200'123)};
    const Cursor within{.from = simple.from,
                        .part = remote_write::Stream{DeviceKind::pdu, "pdu a1", "snmp:x suspect"},
                        .part_to = simple.from + 10min};
    for (const auto& cursor : {simple, within, simple}) {
        REQUIRE(remote_write::save_cursor(file, cursor));
        CHECK(remote_write::load_cursor(file).value() == cursor);
    }
    CHECK_FALSE(std::filesystem::exists(scratch.path() / "remote_write.cursor.new"));
    for (const char* wrong : {"", "x", "frugald remote_write 1\n", "frugald remote_write 2\n5\n",
                              "frugald remote_write 1\n5\n6 1\nc1\n"}) {
        scratch.write("remote_write.cursor", wrong);
        CHECK_MESSAGE(!remote_write::load_cursor(file), wrong);
    }
    CHECK_FALSE(remote_write::save_cursor("/nowhere/file", simple));
}
