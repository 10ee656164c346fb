#include "plugins/ipmi/discover/sessionless.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "plugins/ipmi/discover/report.h"

using namespace frugald::ipmi;
using namespace frugald::ipmi::discover;
using Bytes8 = std::vector<std::uint8_t>;

namespace {

Answer answer_of(std::initializer_list<std::uint8_t> data, std::uint8_t code = 0) {
    Answer answer;
    answer.completion_code = code;
    answer.data.assign(Bytes(data.begin(), data.size()));
    return answer;
}

/// What a BMC would say to `request` under this number.
Bytes8 reply(const Request& request, std::uint8_t rq_seq, const Bytes8& data) {
    const auto sum = [](const Bytes8& bytes, std::size_t from) {
        unsigned total = 0;
        for (std::size_t i = from; i < bytes.size(); ++i) total += bytes[i];
        return static_cast<std::uint8_t>(0x100U - (total & 0xff));
    };
    Bytes8 payload{0x81, static_cast<std::uint8_t>((request.net_fn + 1) << 2)};
    payload.push_back(sum(payload, 0));
    payload.insert(payload.end(), {0x20, static_cast<std::uint8_t>(rq_seq << 2), request.bytes[0]});
    payload.insert(payload.end(), data.begin(), data.end());
    payload.push_back(sum(payload, 3));
    Bytes8 packet{0x06, 0, 0xff, 0x07, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    packet.push_back(static_cast<std::uint8_t>(payload.size()));
    packet.insert(packet.end(), payload.begin(), payload.end());
    return packet;
}

}  // namespace

TEST_CASE("a request outside a session is the packet of the specification") {
    const Packet ping = presence_ping(0x2a);
    const Bytes8 wanted{0x06, 0, 0xff, 0x06, 0, 0, 0x11, 0xbe, 0x80, 0x2a, 0, 0};
    CHECK(std::ranges::equal(Bytes(ping), wanted));

    // as ipmitool and FreeIPMI send it, but for rqSeq
    const Packet packet = message(get_authentication_capabilities(true), 0, Format::ipmi_1_5);
    const Bytes8 known{0x06, 0, 0xff, 0x07, 0,    0,    0,    0,    0,    0,    0,   0,
                       0,    9, 0x20, 0x18, 0xc8, 0x81, 0x00, 0x38, 0x8e, 0x04, 0xb5};
    CHECK(std::ranges::equal(Bytes(packet), known));
    CHECK(Bytes(message(get_system_guid(), 0, Format::ipmi_2_0)).size() == 16 + 7);
}

TEST_CASE("only whole answers to what was asked count") {
    const Request request = get_system_guid();
    const Attempts attempts{5, 2};
    const Bytes8 good = reply(request, 6, {0x00, 1, 2, 3});
    const auto taken = take_message(good, request, attempts);
    REQUIRE(taken);
    CHECK(taken->completed());
    CHECK(std::ranges::equal(Bytes(taken->data), Bytes8{1, 2, 3}));

    CHECK_FALSE(take_message(reply(request, 7, {0}), request, attempts));
    CHECK_FALSE(take_message(reply(get_cipher_suites(0), 6, {0}), request, attempts));
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes8 broken = good;
        broken[i] ^= 0x40;
        CAPTURE(i);
        const bool unused = i == 1 || i == 2 || (i >= 5 && i <= 8);  // version, sequence numbers
        CHECK(take_message(broken, request, attempts).has_value() == unused);
        CHECK_FALSE(take_message(Bytes(good).first(i), request, attempts));
    }
}

TEST_CASE("a pong says that there is IPMI") {
    Bytes8 pong{0x06, 0,    0xff, 0x06, 0, 0, 0x11, 0xbe, 0x40, 1, 0, 16, 0, 0,
                0x11, 0xbe, 0,    0,    0, 0, 0x81, 0,    0,    0, 0, 0,  0, 0};
    CHECK(is_pong(pong));
    pong[20] = 0x01;
    CHECK_FALSE(is_pong(pong));
    CHECK_FALSE(is_pong(Bytes(pong).first(20)));
    CHECK_FALSE(is_pong(presence_ping(1)));
}

TEST_CASE("capabilities bit by bit") {
    const auto none = parse_capabilities(answer_of({1, 0x80, 0x04, 0x02, 0, 0, 0, 0}), true);
    REQUIRE(none);
    CHECK((none->ipmi_2_0 && none->named_users && none->per_message_authentication));
    CHECK_FALSE((none->null_users || none->anonymous_login || none->key_set));
    const auto all = parse_capabilities(answer_of({1, 0x95, 0x3b, 0x03, 0, 0, 0, 0}), true);
    REQUIRE(all);
    CHECK((all->ipmi_2_0 && all->null_users && all->anonymous_login && all->key_set));
    CHECK_FALSE((all->per_message_authentication || all->user_level_authentication));
    CHECK_FALSE(all->named_users);
    CHECK(all->authentication == 0x15);
    CHECK_FALSE(parse_capabilities(answer_of({1, 0x80, 0x04, 0x02}), false)->ipmi_2_0);
    CHECK_FALSE(parse_capabilities(answer_of({1, 0x80, 0x04}), true));
    CHECK_FALSE(parse_capabilities(answer_of({1, 0x80, 0x04, 2}, 0xcc), true));
}

TEST_CASE("the list of suites is read past other vendors' records") {
    const Bytes8 records{0xc0, 0,    0, 0x40, 0x80, 0xc1, 17,   1,  2, 3,    1,   0x41,
                         0x81, 0xc0, 3, 1,    0x41, 0x81, 0xc0, 17, 3, 0x44, 0x81};
    CHECK(parse_suites(records) == Bytes8{0, 3, 17});
    CHECK(parse_suites({}).empty());
    CHECK(parse_suites(Bytes8{0xc0}).empty());
    CHECK(parse_suites(Bytes8{0xc1, 3, 0}).empty());
}

TEST_CASE("a GUID of zeros or ones is none") {
    CHECK_FALSE(parse_guid(answer_of({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})));
    CHECK_FALSE(parse_guid(answer_of(
        {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255})));
    CHECK_FALSE(parse_guid(answer_of({1, 2, 3})));
    const auto guid =
        parse_guid(answer_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
    REQUIRE(guid);
    CHECK(to_string(*guid) == "100f0e0d-0c0b-0a09-0807-060504030201");
}
