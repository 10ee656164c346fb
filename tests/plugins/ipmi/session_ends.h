#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <utility>
#include <vector>

#include "plugins/ipmi/direct_codec.h"
#include "plugins/ipmi/freeipmi_codec.h"
#include "tests/room/bmc/packet.h"

namespace frugald::test {

/// Both ends of one session. The far end is the room's, which shares no code with ours.
struct Ends {
    Ends(room::Suite suite, bool direct) {
        if (direct)
            codec = std::make_unique<ipmi::DirectCodec>();
        else
            codec = std::make_unique<ipmi::FreeipmiCodec>();
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
        ours.prepare();
        ipmi_check_session_sequence_number_2_0_init(&ours.highest_received, &ours.received_window);
    }

    /// The room's answer to `command` of network function 2Ch.
    ipmi::Packet answer(std::uint8_t rq_seq, std::uint8_t command, ipmi::Bytes data) {
        room::Request request;
        request.sequence = rq_seq;
        request.function = 0x2c;
        request.command = command;
        room::Packet payload;
        room::write_response(request, 0, data, payload);
        return sealed(payload.view());
    }

    /// `payload` encrypted and signed, whatever it is.
    ipmi::Packet sealed(room::View payload) {
        room::Envelope form;
        form.encrypted = form.authenticated = true;
        const std::array<std::uint8_t, 16> vector{1, 2, 3};
        room::Packet out;
        room::write_in_session(crypto, theirs, form, vector, payload, out);
        ipmi::Packet packet;
        packet.assign(out.view());
        return packet;
    }

    room::Crypto crypto;
    room::Session theirs;
    ipmi::Session ours;
    std::unique_ptr<ipmi::Codec> codec;
};

/// Every cipher suite with each codec; true: the direct one.
inline std::vector<std::pair<room::Suite, bool>> suites_and_codecs() {
    return {{room::Suite::sha1, true},
            {room::Suite::sha1, false},
            {room::Suite::sha256, true},
            {room::Suite::sha256, false}};
}

}  // namespace frugald::test
