#pragma once

#include "plugins/ipmi/direct_codec.h"
#include "plugins/ipmi/freeipmi_codec.h"
#include "tests/fuzz/ipmi_session.h"

namespace frugald::fuzz {

/// Both codecs accept `packet` or none does, and they read the same in it.
inline ipmi::Verdict agree_on(const ipmi::Session& session, ipmi::Tolerance tolerance,
                              ipmi::Bytes packet) {
    static ipmi::DirectCodec direct_codec;
    static ipmi::FreeipmiCodec freeipmi_codec;
    ipmi::Session one = session, other = session;
    ipmi::Message direct, reference;
    const auto verdict = direct_codec.unwrap(one, tolerance, packet, direct);
    const auto expected = freeipmi_codec.unwrap(other, tolerance, packet, reference);
    require((verdict == ipmi::Verdict::accepted) == (expected == ipmi::Verdict::accepted));
    if (verdict != ipmi::Verdict::accepted) return verdict;
    require(one.highest_received == other.highest_received);
    require(direct.net_fn == reference.net_fn && direct.rq_seq == reference.rq_seq);
    require(direct.command == reference.command);
    require(direct.completion_code == reference.completion_code);
    require(std::equal(direct.data.begin(), direct.data.end(), reference.data.begin(),
                       reference.data.end()));
    return verdict;
}

}  // namespace frugald::fuzz
