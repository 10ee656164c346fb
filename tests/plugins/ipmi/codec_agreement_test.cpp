#include <doctest/doctest.h>

#include <cstring>
#include <random>

#include "tests/plugins/ipmi/session_ends.h"

using namespace frugald;
using namespace frugald::ipmi;
using frugald::test::Ends;

namespace {

constexpr std::size_t vector_at = 16;

std::vector<std::uint8_t> some_bytes(std::mt19937& random, std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

/// The same session and the same packet for both codecs.
class Both {
public:
    explicit Both(room::Suite suite) : ends(suite, true) {}

    /// Both say the same of `packet`, of any session state so far.
    Verdict agree(const Packet& packet) {
        Session theirs = ends.ours;
        Message direct, freeipmi;
        const Verdict verdict = ends.codec->unwrap(ends.ours, {}, packet, direct);
        const Verdict other = reference_.unwrap(theirs, {}, packet, freeipmi);
        REQUIRE((verdict == Verdict::accepted) == (other == Verdict::accepted));
        if (verdict != Verdict::accepted) return verdict;
        REQUIRE(ends.ours.highest_received == theirs.highest_received);
        REQUIRE(ends.ours.received_window == theirs.received_window);
        REQUIRE(direct.net_fn == freeipmi.net_fn);
        REQUIRE(direct.rq_seq == freeipmi.rq_seq);
        REQUIRE(direct.command == freeipmi.command);
        REQUIRE(direct.completion_code == freeipmi.completion_code);
        REQUIRE(std::equal(direct.data.begin(), direct.data.end(), freeipmi.data.begin(),
                           freeipmi.data.end()));
        return verdict;
    }

    Ends ends;

private:
    FreeipmiCodec reference_;
};

}  // namespace

TEST_CASE("both codecs write the same packet, byte for byte, for any command") {
    std::mt19937 random(20221);
    for (const room::Suite suite : {room::Suite::sha1, room::Suite::sha256}) {
        Ends ends(suite, false);
        DirectCodec direct;
        for (std::size_t size = 1; size <= 44; ++size) {
            constexpr std::array<std::uint8_t, 6> functions{0x00, 0x04, 0x06, 0x0a, 0x2c, 0x2e};
            Request request{functions[random() % functions.size()],
                            static_cast<std::uint8_t>(random() % 4),
                            {}};
            request.bytes.assign(some_bytes(random, size));
            const auto rq_seq = static_cast<std::uint8_t>(random() % 64);
            Session same = ends.ours;
            Packet expected, got;
            REQUIRE(ends.codec->wrap(ends.ours, request, rq_seq, expected));
            DirectCodec::Vector vector;
            std::memcpy(vector.data(), expected.data() + vector_at, vector.size());
            REQUIRE(direct.wrap_with(same, request, rq_seq, vector, got));
            REQUIRE(got.size() == expected.size());
            CHECK(std::memcmp(got.data(), expected.data(), got.size()) == 0);
            CHECK(same.next_sequence == ends.ours.next_sequence);
        }
    }
}

TEST_CASE("both codecs accept the same answers, of every length, and read the same in them") {
    std::mt19937 random(7);
    for (const room::Suite suite : {room::Suite::sha1, room::Suite::sha256}) {
        Both both(suite);
        for (std::size_t size = 0; size <= 200; ++size) {
            const Packet packet = both.ends.answer(static_cast<std::uint8_t>(random() % 64), 0x23,
                                                   some_bytes(random, size));
            CHECK(both.agree(packet) == Verdict::accepted);
            CHECK(both.agree(packet) == Verdict::foreign);  // a replay
        }
    }
}

TEST_CASE("B5: both codecs drop the same mutated answers") {
    std::mt19937 random(1);
    for (const room::Suite suite : {room::Suite::sha1, room::Suite::sha256}) {
        Both both(suite);
        for (int round = 0; round < 10000; ++round) {
            Packet packet = both.ends.answer(9, 0x02, some_bytes(random, random() % 40));
            for (std::size_t flips = random() % 3; flips > 0; --flips)
                packet.data()[random() % packet.size()] ^=
                    static_cast<std::uint8_t>(1U << random() % 8);
            if (random() % 4 == 0) packet.resize(random() % (packet.size() + 1));
            both.agree(packet);
        }
    }
}

TEST_CASE("B5: both codecs judge signed nonsense alike: a BMC with the key may still be broken") {
    std::mt19937 random(3);
    for (const room::Suite suite : {room::Suite::sha1, room::Suite::sha256}) {
        Both both(suite);
        for (int round = 0; round < 10000; ++round) {
            room::Packet payload;
            room::Request request;
            request.function = 0x2c;
            request.command = 0x02;
            room::write_response(request, 0, some_bytes(random, random() % 20), payload);
            std::vector<std::uint8_t> bytes(payload.view().begin(), payload.view().end());
            if (random() % 2) bytes.resize(random() % (bytes.size() + 1));
            if (random() % 2 && !bytes.empty())
                bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
            both.agree(both.ends.sealed(bytes));
        }
    }
}
