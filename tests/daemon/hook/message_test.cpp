#include "daemon/hook/message.h"

#include <doctest/doctest.h>

#include <random>

using namespace frugald::hook;

TEST_CASE("messages and acknowledgements survive the wire") {
    const Message rows[] = {
        {Verb::suspend, 1795247216123, "n[1-3]", ""},
        {Verb::resume, -1, "", std::string("a\0b", 3)},
        {Verb::resume_fail, 0, std::string(longest_nodes, 'n'), std::string(longest_file, 'f')}};
    for (const auto& row : rows) {
        const auto bytes = encode(row);
        CHECK(message_size(bytes.substr(0, header_size)) == bytes.size());
        CHECK(decode_message(bytes) == row);
        CHECK_FALSE(decode_message(bytes + 'x'));
        CHECK_FALSE(decode_message(std::string_view{bytes}.substr(0, bytes.size() - 1)));
    }
    for (const auto& ack : {Ack{true, ""}, Ack{false, "why"}}) {
        CHECK(ack_size(encode(ack).substr(0, ack_header_size)) == encode(ack).size());
        CHECK(decode_ack(encode(ack)) == ack);
    }
    CHECK(decode_ack(encode(Ack{true, std::string(5000, 'x')}))->text.size() == longest_text);
}

TEST_CASE("the layout is the documented one") {
    const auto bytes = encode(Message{Verb::resume, 0x0102030405060708, "ab", "c"});
    CHECK(bytes ==
          std::string("FRH1\x02\0\0\0\x08\x07\x06\x05\x04\x03\x02\x01\x02\0\0\0\x01\0\0\0abc", 27));
    CHECK(encode(Ack{true, "z"}) == std::string("FRA1\x01\0\0\0\x01\0\0\0z", 13));
}

TEST_CASE("what is no header is refused from its first bytes") {
    const auto good = encode(Message{Verb::suspend, 1, "n1", ""});
    const auto with = [&](std::size_t at, char byte) {
        auto bytes = good;
        bytes[at] = byte;
        return message_size(bytes);
    };
    CHECK_FALSE(message_size(""));
    CHECK_FALSE(message_size(good.substr(0, header_size - 1)));
    CHECK_FALSE(with(0, 'X'));
    CHECK_FALSE(with(3, '2'));
    CHECK_FALSE(with(4, 0));
    CHECK_FALSE(with(4, 4));
    CHECK_FALSE(with(4, '\xff'));
    CHECK_FALSE(with(7, 1));
    CHECK_FALSE(with(19, 1));       // 16 MiB of nodes
    CHECK_FALSE(with(23, '\x7f'));  // 2 GiB of file
    CHECK_FALSE(ack_size("FRA1\x02"));
    CHECK_FALSE(ack_size(std::string("FRA1\x02\0\0\0\0\0\0\0", 12)));
    CHECK_FALSE(ack_size(std::string("FRA1\x01\0\0\0\0\0\x01\0", 12)));
}

TEST_CASE("mutated bytes decode to something whole or to nothing") {
    std::mt19937 random{5};
    const auto good = encode(Message{Verb::resume, 42, "n[1-9]", "{}"});
    for (int round = 0; round < 200000; ++round) {
        auto bytes = good;
        for (auto changes = random() % 4; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        bytes.resize(random() % 3 ? bytes.size() : random() % (bytes.size() + 1));
        if (const auto message = decode_message(bytes)) REQUIRE(encode(*message) == bytes);
        if (const auto ack = decode_ack(bytes)) REQUIRE(encode(*ack) == bytes);
    }
}
