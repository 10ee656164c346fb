#include "plugins/snmp/mend.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/room/pdu/ber.h"

using namespace frugald;
using namespace frugald::room;

namespace {

std::string binding(std::uint8_t type, std::string_view content) {
    return encode(tag::sequence, encode(tag::oid, "\x2b\x06\x01") + encode(type, content));
}

std::string pdu(const std::string& bindings) {
    const auto number = [](char value) { return encode(tag::integer, std::string(1, value)); };
    return encode(tag::response,
                  number(7) + number(0) + number(0) + encode(tag::sequence, bindings));
}

std::string v2c(const std::string& bindings) {
    return encode(tag::sequence,
                  encode(tag::integer, "\x01") + encode(tag::octets, "public") + pdu(bindings));
}

std::size_t mend(std::string& bytes, bool scoped = false) {
    const std::span<unsigned char> view{reinterpret_cast<unsigned char*>(bytes.data()),
                                        bytes.size()};
    return scoped ? snmp::mend_scoped_pdu(view) : snmp::mend_message(view);
}

}  // namespace

TEST_CASE("a value that cannot be decoded becomes NULL, and nothing else changes") {
    const std::string good = binding(tag::integer, "\x05") + binding(tag::octets, "") +
                             binding(tag::counter64, std::string("\x00\x80\0\0\0\0\0\0\0", 9)) +
                             binding(tag::oid, "\x2b\x06") + binding(tag::no_such_object, "");
    auto message = v2c(good);
    CHECK(mend(message) == 0);
    CHECK(message == v2c(good));
    struct Row {
        const char* says;
        std::uint8_t type;
        std::string content;
    };
    const Row rows[] = {
        {"an integer without bytes", tag::integer, ""},
        {"a counter without bytes", tag::counter32, ""},
        {"a gauge of six bytes", tag::gauge32, "123456"},
        {"an address of three bytes", tag::address, "abc"},
        {"an OID that does not end", tag::oid, "\x2b\x86"},
        {"a type that does not exist", 0x7e, "abc"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        auto spoilt = v2c(good + binding(row.type, row.content) + good);
        CHECK(mend(spoilt) == 1);
        CHECK(spoilt == v2c(good + binding(tag::null, row.content) + good));
        auto scoped =
            encode(tag::sequence, encode(tag::octets, "engine") + encode(tag::octets, "") +
                                      pdu(binding(row.type, row.content)));
        CHECK(mend(scoped, true) == 1);
    }
}

TEST_CASE("what is no answer, or is cut, stays as it is") {
    const auto whole = v2c(binding(tag::integer, ""));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        auto cut = whole.substr(0, length);
        CHECK(mend(cut) == 0);
        CHECK(cut == whole.substr(0, length));
    }
    auto v3 = encode(tag::sequence, encode(tag::integer, "\x03") + "anything");
    CHECK(mend(v3) == 0);
}
