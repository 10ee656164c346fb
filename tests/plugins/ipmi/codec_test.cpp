#include "plugins/ipmi/codec.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "plugins/ipmi/matching.h"
#include "tests/plugins/ipmi/session_ends.h"

using namespace frugald;
using namespace frugald::ipmi;
using frugald::test::Ends;

namespace {

const Request request{0x2c, 0, {0x02, 0xdc, 1, 0, 0}};
const std::array<std::uint8_t, 5> data{0xdc, 10, 20, 30, 40};

}  // namespace

TEST_CASE("what we wrap, the other implementation unwraps, in both suites") {
    for (const auto& [suite, direct] : test::suites_and_codecs()) {
        CAPTURE(direct);
        Ends ends(suite, direct);
        for (std::uint32_t sequence = 1; sequence <= 3; ++sequence) {
            Packet packet;
            REQUIRE(ends.codec->wrap(ends.ours, request, 5, packet));
            const auto envelope = room::open_envelope(packet, room::code_size(suite));
            REQUIRE(envelope);
            CHECK(envelope->session_id == ends.ours.bmc_id);
            CHECK(envelope->sequence == sequence);
            const auto digest = ends.crypto.hmac(
                suite, room::View(ends.theirs.integrity_key).first(room::digest_size(suite)),
                envelope->signed_part);
            CHECK(std::equal(envelope->code.begin(), envelope->code.end(), digest.begin()));
            const auto plain = ends.crypto.decrypt(ends.theirs.encryption_key, envelope->payload);
            REQUIRE(plain);
            const auto parsed = room::parse_request(*plain);
            REQUIRE(parsed);
            CHECK(parsed->function == 0x2c);
            CHECK(parsed->command == 0x02);
            CHECK(parsed->sequence == 5);
            CHECK(parsed->data.size() == 4);
        }
    }
}

TEST_CASE("an answer is accepted once, and only for its request") {
    for (const auto& [suite, direct] : test::suites_and_codecs()) {
        CAPTURE(direct);
        Ends ends(suite, direct);
        Message answer;
        const Packet packet = ends.answer(9, 0x02, data);
        const auto unwrap = [&](const Request& asked, Attempts attempts, const Packet& from) {
            const Verdict verdict = ends.codec->unwrap(ends.ours, {}, from, answer);
            if (verdict != Verdict::accepted) return verdict;
            return answers(answer, asked, attempts) ? verdict : Verdict::foreign;
        };
        CHECK(unwrap(request, {9, 1}, packet) == Verdict::accepted);
        CHECK(answer.completion_code == 0);
        CHECK(std::equal(data.begin(), data.end(), answer.data.begin()));
        CHECK(answer.data.size() == data.size());
        CHECK(unwrap(request, {9, 1}, packet) == Verdict::foreign);  // a replay

        CHECK(unwrap(request, {10, 3}, ends.answer(9, 0x02, data)) == Verdict::foreign);
        CHECK(unwrap(request, {8, 3}, ends.answer(9, 0x02, data)) == Verdict::accepted);
        CHECK(unwrap(request, {63, 2}, ends.answer(0, 0x02, data)) == Verdict::accepted);
        CHECK(unwrap(request, {9, 1}, ends.answer(9, 0x03, data)) == Verdict::foreign);
        const Request other{0x0a, 0, {0x02}};
        CHECK(unwrap(other, {9, 1}, ends.answer(9, 0x02, data)) == Verdict::foreign);

        ends.theirs.console_id = 0x99999999;
        CHECK(unwrap(request, {9, 1}, ends.answer(9, 0x02, data)) == Verdict::foreign);
        ends.theirs.console_id = ends.ours.console_id;
        ends.theirs.integrity_key[0] ^= 1;
        CHECK(unwrap(request, {9, 1}, ends.answer(9, 0x02, data)) == Verdict::forged);
    }
}

TEST_CASE("B5: a mutated answer is dropped or changes nothing, and never crashes") {
    std::mt19937 random(20221);
    for (const auto& [suite, direct] : test::suites_and_codecs()) {
        CAPTURE(direct);
        Ends ends(suite, direct);
        for (int round = 0; round < 20000; ++round) {
            Packet packet = ends.answer(9, 0x02, data);
            std::size_t size = packet.size();
            const int flips = static_cast<int>(random() % 4);
            for (int i = 0; i < flips; ++i)
                packet.data()[random() % size] ^= static_cast<std::uint8_t>(1U << random() % 8);
            if (random() % 4 == 0) size = random() % (size + 1);
            packet.resize(size);
            Message answer;
            const Session before = ends.ours;
            if (ends.codec->unwrap(ends.ours, {}, packet, answer) != Verdict::accepted) {
                ends.ours = before;
                continue;
            }
            REQUIRE(answer.completion_code == 0);
            REQUIRE(answer.data.size() == data.size());
            REQUIRE(std::equal(data.begin(), data.end(), answer.data.begin()));
        }
    }
}

TEST_CASE("random bytes with a session's header are never accepted") {
    std::mt19937 random(7);
    for (const bool direct : {true, false}) {
        Ends ends(room::Suite::sha256, direct);
        const Packet like = ends.answer(9, 0x02, data);
        for (int round = 0; round < 20000; ++round) {
            Packet packet;
            packet.assign(like);
            packet.resize(16 + random() % 200);
            for (std::size_t i = 14; i < packet.size(); ++i)
                packet.data()[i] = static_cast<std::uint8_t>(random());
            Message answer;
            REQUIRE(ends.codec->unwrap(ends.ours, {}, packet, answer) != Verdict::accepted);
        }
    }
}
