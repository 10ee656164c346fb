#include "plugins/ipmi/freeipmi_codec.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "plugins/ipmi/matching.h"
#include "tests/room/bmc/packet.h"

using namespace frugald;
using namespace frugald::ipmi;

namespace {

/// Both ends of one session. The far end is the room's, which shares no code with ours.
struct Ends {
    explicit Ends(room::Suite suite) {
        REQUIRE(ipmi_rmcpplus_init() == 0);
        const room::Algorithms algorithms = room::algorithms_of(suite);
        ours.suite = {static_cast<std::uint8_t>(suite), algorithms.authentication,
                      algorithms.integrity, algorithms.confidentiality};
        ours.console_id = 0x11223344;
        ours.bmc_id = 0x55667788;
        theirs.id = ours.bmc_id;
        theirs.console_id = ours.console_id;
        theirs.suite = suite;
        for (std::size_t i = 0; i < 32; ++i)
            ours.integrity_key.bytes[i] = theirs.integrity_key[i] =
                static_cast<std::uint8_t>(7 * i + 1);
        ours.integrity_key.size = static_cast<unsigned>(room::digest_size(suite));
        for (std::size_t i = 0; i < 16; ++i)
            ours.confidentiality_key.bytes[i] = theirs.encryption_key[i] =
                static_cast<std::uint8_t>(11 * i + 3);
        ours.confidentiality_key.size = 16;
        ipmi_check_session_sequence_number_2_0_init(&ours.highest_received, &ours.received_window);
    }

    /// The room's answer to `command` of network function 2Ch.
    Packet answer(std::uint8_t rq_seq, std::uint8_t command, Bytes data) {
        room::Request request;
        request.sequence = rq_seq;
        request.function = 0x2c;
        request.command = command;
        room::Packet payload;
        room::write_response(request, 0, data, payload);
        room::Envelope form;
        form.encrypted = form.authenticated = true;
        const std::array<std::uint8_t, 16> vector{1, 2, 3};
        room::Packet out;
        room::write_in_session(crypto, theirs, form, vector, payload.view(), out);
        Packet packet;
        packet.assign(out.view());
        return packet;
    }

    room::Crypto crypto;
    room::Session theirs;
    Session ours;
    std::unique_ptr<Codec> codec = std::make_unique<FreeipmiCodec>();
};

const Request request{0x2c, 0, {0x02, 0xdc, 1, 0, 0}};
const std::array<std::uint8_t, 5> data{0xdc, 10, 20, 30, 40};

std::vector<room::Suite> suites() { return {room::Suite::sha1, room::Suite::sha256}; }

}  // namespace

TEST_CASE("what we wrap, the other implementation unwraps, in both suites") {
    for (const room::Suite suite : suites()) {
        Ends ends(suite);
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
    for (const room::Suite suite : suites()) {
        Ends ends(suite);
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
    for (const room::Suite suite : suites()) {
        Ends ends(suite);
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
    Ends ends(room::Suite::sha256);
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
