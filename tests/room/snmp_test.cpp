#include <doctest/doctest.h>

#include <fstream>

#include "tests/room/pdu/agent.h"
#include "tests/room/pdu/recording.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::room;

namespace {

const Faults healthy;
const TimePoint now{};

std::string integer(std::int64_t value) {
    return encode(tag::integer, snmp_integer(value).content);
}

std::string request(std::int64_t version, std::uint8_t kind, const std::vector<std::string>& oids,
                    std::int64_t first = 0, std::int64_t second = 0) {
    std::string bindings;
    for (const std::string& oid : oids)
        bindings += encode(tag::sequence, encode(tag::oid, snmp_oid(*parse_oid(oid)).content) +
                                              encode(tag::null, {}));
    const std::string body = encode(
        kind, integer(99) + integer(first) + integer(second) + encode(tag::sequence, bindings));
    return encode(tag::sequence, integer(version) + encode(tag::octets, "public") + body);
}

struct Reply {
    std::int64_t error = -1;
    std::int64_t index = -1;
    std::vector<Oid> oids;
    std::vector<SnmpValue> values;
};

Reply ask(const Mib& mib, const std::string& datagram, const Faults& faults = healthy) {
    const std::string answer = answer_snmp(as_bytes(datagram), mib, "public", faults, now);
    REQUIRE_FALSE(answer.empty());
    CHECK(answer.size() <= 1472);
    BerReader message(*BerReader(as_bytes(answer)).next(tag::sequence));
    message.next_integer();
    message.next(tag::octets);
    BerReader body(*message.next(tag::response));
    CHECK(body.next_integer() == 99);
    Reply reply;
    reply.error = *body.next_integer();
    reply.index = *body.next_integer();
    BerReader bindings(*body.next(tag::sequence));
    while (!bindings.at_end()) {
        BerReader binding(*bindings.next(tag::sequence));
        reply.oids.push_back(*binding.next_oid());
        const auto value = *binding.next();
        reply.values.push_back({value.type, {value.content.begin(), value.content.end()}});
    }
    return reply;
}

std::shared_ptr<const Mib> recording(const std::string& text) {
    const Scratch scratch;
    const auto file = scratch.path() / "device.snmprec";
    std::ofstream(file) << text;
    return load_recording(file).value();
}

constexpr const char* device =
    "1.3.6.1.2.1.1.1.0|4|A device|with a bar\n"
    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.318.1.3.4.6\n"
    "1.3.6.1.4.1.318.2|2|-1\n"
    "1.3.6.1.4.1.318.10|66|4294967295\n"
    "1.3.6.1.4.1.318.3|4x|00ff10\n"
    "1.3.6.1.4.1.318.4|70|18446744073709551615\n"
    "not a line\n"
    "1.3.6.1.4.1.318.5|2|not a number\n";

}  // namespace

TEST_CASE("numbers are encoded as short as they go") {
    CHECK(snmp_integer(0).content == std::string(1, '\0'));
    CHECK(snmp_integer(127).content == "\x7f");
    CHECK(snmp_integer(128).content == std::string("\0\x80", 2));
    CHECK(snmp_integer(-1).content == "\xff");
    CHECK(snmp_integer(-129).content == "\xff\x7f");
    CHECK(snmp_unsigned(0xffffffff, tag::gauge32).content == std::string("\0\xff\xff\xff\xff", 5));
    CHECK(snmp_unsigned(0x100000001, tag::counter32).content == "\x01");
}

TEST_CASE("a recording is served in OID order, without what the device sent malformed") {
    const auto mib = recording(device);
    CHECK(mib->size() == 6);
    CHECK(mib->oid(5) == *parse_oid(".1.3.6.1.4.1.318.10"));
    CHECK(mib->value(3, now).content == std::string("\0\xff\x10", 3));
    CHECK(mib->value(0, now).content == "A device|with a bar");
}

TEST_CASE("GET answers each object and says which it lacks") {
    const auto mib = recording(device);
    const Reply two = ask(*mib, request(1, tag::get, {"1.3.6.1.4.1.318.2", "1.3.6.1.9"}));
    CHECK(two.error == 0);
    CHECK(two.values[0].content == "\xff");
    CHECK(two.values[1].type == tag::no_such_object);
    const Reply one = ask(*mib, request(0, tag::get, {"1.3.6.1.4.1.318.2", "1.3.6.1.9"}));
    CHECK(one.error == 2);
    CHECK(one.index == 2);
}

TEST_CASE("version 1 has no Counter64: GETNEXT steps over it") {
    const auto mib = recording(device);
    const Reply reply = ask(*mib, request(0, tag::get_next, {"1.3.6.1.4.1.318.3"}));
    CHECK(reply.oids[0] == *parse_oid("1.3.6.1.4.1.318.10"));
    CHECK(ask(*mib, request(0, tag::get_next, {"1.3.6.1.4.1.318.10"})).error == 2);
}

TEST_CASE("GETBULK repeats, ends at the end of the view and is cut to a datagram") {
    const auto mib = recording(device);
    const Reply reply = ask(*mib, request(1, tag::get_bulk, {"1.3.6.1.2.1", "1.3.6.1.4"}, 1, 3));
    REQUIRE(reply.oids.size() == 4);
    CHECK(reply.oids[0] == *parse_oid("1.3.6.1.2.1.1.1.0"));
    CHECK(reply.oids[3] == *parse_oid("1.3.6.1.4.1.318.4"));
    const Reply end = ask(*mib, request(1, tag::get_bulk, {"1.3.6.1.4.1.318.4"}, 0, 50));
    REQUIRE(end.values.size() == 2);
    CHECK(end.values[1].type == tag::end_of_view);

    std::string many;
    for (int i = 1; i <= 500; ++i)
        many += "1.3.6.1.4.1." + std::to_string(i) + "|4|" + std::string(20, 'x') + "\n";
    const Reply full = ask(*recording(many), request(1, tag::get_bulk, {"1.3"}, 0, 500));
    CHECK(full.oids.size() > 30);
    CHECK(full.oids.size() < 50);
}

TEST_CASE("SET is refused, another community and garbage stay without an answer") {
    const auto mib = recording(device);
    CHECK(ask(*mib, request(1, tag::set, {"1.3.6.1.4.1.318.2"})).error == 6);
    CHECK(ask(*mib, request(0, tag::set, {"1.3.6.1.4.1.318.2"})).error == 2);
    const std::string good = request(1, tag::get, {"1.3.6.1.4.1.318.2"});
    CHECK(answer_snmp(as_bytes(good), *mib, "private", healthy, now).empty());
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK(answer_snmp(as_bytes(good).first(size), *mib, "public", healthy, now).empty());
    for (std::size_t at = 0; at < good.size(); ++at)
        for (const char octet : {'\x00', '\x7f', '\x80', '\xff'}) {
            std::string bad = good;
            bad[at] = octet;
            answer_snmp(as_bytes(bad), *mib, "public", healthy, now);
        }
}

TEST_CASE("the fault empty_integers spoils one varbind of an answer") {
    const auto mib = recording("1.3.1|2|5\n1.3.2|2|6\n");
    Faults faults;
    faults.set(FaultKind::empty_integers, 1);
    const Reply reply = ask(*mib, request(1, tag::get, {"1.3.1", "1.3.2"}), faults);
    CHECK(reply.values[0].content.empty());
    CHECK(reply.values[1].content == "\x06");
}

TEST_CASE("a recording that is missing or empty is named") {
    CHECK(load_recording("/nonexistent/x.snmprec").error().text ==
          "recording /nonexistent/x.snmprec: cannot be read");
    const Scratch scratch;
    const auto file = scratch.path() / "empty.snmprec";
    std::ofstream(file) << "nothing\n";
    CHECK(load_recording(file).error().fault == Fault::invalid);
}
