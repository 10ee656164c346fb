#include <doctest/doctest.h>

#include "daemon/core/times.h"
#include "daemon/core/utf8.h"
#include "daemon/export/scheduler_state.h"
#include "daemon/export/url.h"

using namespace frugald;

TEST_CASE("bytes that are no UTF-8 become question marks") {
    struct Row {
        std::string says;
        const char* text;
        const char* valid;
    };
    const Row rows[] = {
        {"ASCII stays", "CPU1 Temp", "CPU1 Temp"},
        {"UTF-8 stays", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\xa5",
         "\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\xa5"},
        {"Latin-1 does not", "caf\xe9", "caf?"},
        {"nor a sequence cut off", "a\xe2\x82", "a??"},
        {"nor an overlong slash", "\xc0\xaf", "??"},
        {"nor an overlong null", "\xe0\x80\x80", "???"},
        {"nor a surrogate", "\xed\xa0\x80", "???"},
        {"nor a code point beyond the last", "\xf4\x90\x80\x80", "????"},
        {"nor a lone continuation", "\x80z", "?z"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        CHECK(valid_utf8(row.text) == row.valid);
    }
}

TEST_CASE("instants are read back as they were written") {
    const WallTime at = from_unix_ms(1795247216123);
    CHECK(parse_iso8601(iso8601(at)) == at);
    CHECK(parse_iso8601("2026-11-21T07:46:56Z") == from_unix_ms(1795247216000));
    CHECK(parse_iso8601("2026-11-21T07:46:56.1239999Z") == at);
    for (const char* const wrong :
         {"", "now", "2026-11-21", "2026-11-21T07:46:56", "2026-11-21T07:46:56+01:00",
          "2026-13-21T07:46:56Z", "2026-02-30T07:46:56Z", "2026-11-21T24:00:00Z",
          "2026-11-21T-7:46:56Z", "2026-11-21T07:46:56.Z", "2026-11-21T07:46:56.x1Z"}) {
        CAPTURE(std::string{wrong});
        CHECK_FALSE(parse_iso8601(wrong));
    }
}

TEST_CASE("a target is a path and what is asked of it") {
    const auto target = parse_target("/api/v1/nodes?nodes=c%5B1-3%5D&sensors&x=a+b&x=c");
    REQUIRE(target);
    CHECK(target->path == "/api/v1/nodes");
    CHECK(target->query.at("nodes") == "c[1-3]");
    CHECK(target->query.at("sensors").empty());
    CHECK(target->query.at("x") == "a b");
    CHECK(parse_target("/a+b")->path == "/a+b");
    for (const char* const wrong : {"", "*", "http://x/", "/%", "/%4", "/%g0", "/?a=%"}) {
        CAPTURE(std::string{wrong});
        CHECK_FALSE(parse_target(wrong));
    }
}

TEST_CASE("Slurm's state is one word, the most telling") {
    SchedulerNode node;
    node.base = NodeBase::idle;
    CHECK(scheduler_state(node) == "idle");
    node.drain = true;
    CHECK(scheduler_state(node) == "drained");
    node.base = NodeBase::mixed;
    CHECK(scheduler_state(node) == "draining");
    node.powered_down = true;
    CHECK(scheduler_state(node) == "powered_down");
    node.powering_up = true;
    CHECK(scheduler_state(node) == "powering_up");
    CHECK(scheduler_state(SchedulerNode{}) == "unknown");
}
