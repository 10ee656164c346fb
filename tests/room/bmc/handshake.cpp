#include "tests/room/bmc/handshake.h"

#include <algorithm>

namespace frugald::room {

namespace {

/// RMCP+ status codes, IPMI 2.0 table 13-15.
constexpr std::uint8_t ok = 0x00, no_resources = 0x01, unknown_session = 0x02,
                       unauthorized_role = 0x0a, unauthorized_name = 0x0d, wrong_check = 0x0f,
                       no_suite_match = 0x11, illegal_parameter = 0x12;

/// How every answer to a RAKP message begins; a refusal is nothing more.
struct Head {
    std::uint8_t tag = 0;
    std::uint8_t status = 0;
    std::uint32_t console_id = 0;
};
void put_head(const Head& head, Packet& out) {
    out.put8(head.tag);
    out.put8(head.status);
    out.put16(0);
    out.put32(head.console_id);
}

void put_algorithm(Packet& out, unsigned payload, unsigned algorithm) {
    out.put32(payload);
    out.data()[out.size() - 1] = 8;  // length of this payload
    out.put32(algorithm);
}

/// The one among the node's suites that has the algorithms asked for.
const Suite* suite_of(const Node& node, View payload) {
    const Algorithms asked{static_cast<std::uint8_t>(payload[12] & 0x3f),
                           static_cast<std::uint8_t>(payload[20] & 0x3f),
                           static_cast<std::uint8_t>(payload[28] & 0x3f)};
    const auto& suites = node.kind->suites;
    const auto found = std::find_if(suites.begin(), suites.end(), [&asked](Suite suite) {
        return algorithms_of(suite) == asked;
    });
    return found == suites.end() ? nullptr : &*found;
}

void put_open_session(const Head& head, unsigned privilege, std::uint32_t session,
                      const Algorithms& algorithms, Packet& out) {
    out.put8(head.tag);
    out.put8(ok);
    out.put8(privilege);
    out.put8(0);
    out.put32(head.console_id);
    out.put32(session);
    put_algorithm(out, 0, algorithms.authentication);
    put_algorithm(out, 1, algorithms.integrity);
    put_algorithm(out, 2, algorithms.confidentiality);
}

bool asks_for_suite_0(View payload) {
    return ((payload[12] | payload[20] | payload[28]) & 0x3f) == 0;
}

void put_identity(Packet& out, const Handshake& handshake) {
    out.put8(handshake.role);
    out.put8(static_cast<unsigned>(handshake.user.size()));
    out.put(as_bytes(handshake.user));
}

}  // namespace

Guid guid_of(const Node& node) {
    std::uint64_t base = node.seed;
    for (const char letter : node.name) base = mix(base ^ static_cast<std::uint8_t>(letter));
    if (node.faults.has(FaultKind::guid))
        base = mix(static_cast<std::uint64_t>(node.faults.value(FaultKind::guid)));
    Guid guid;
    for (std::size_t i = 0; i < guid.size(); ++i)
        guid[i] = static_cast<std::uint8_t>(mix(base + i / 8) >> (i % 8 * 8));
    return guid;
}

void SessionSetup::open_session(Node& node, View payload, TimePoint now, Packet& out) {
    if (payload.size() < 32) return;
    const std::uint8_t tag = payload[0];
    const std::uint32_t console_id = little32(payload, 4);
    const unsigned asked = payload[1] & 0x0f;
    if (node.faults.has(FaultKind::no_session))
        return put_head({tag, no_resources, console_id}, out);
    if (asked > 5) return put_head({tag, illegal_parameter, console_id}, out);
    const unsigned highest = node.kind->privilege_echo ? 0 : node.kind->privilege;
    const Head head{tag, ok, console_id};
    // No session stands behind it: nobody gets any further with suite 0 here.
    if (node.kind->suite_0 && asks_for_suite_0(payload))
        return put_open_session(head, asked == 0 ? highest : asked,
                                static_cast<std::uint32_t>(random_.next() | 1), {}, out);
    const Suite* suite = suite_of(node, payload);
    if (suite == nullptr) return put_head({tag, no_suite_match, console_id}, out);
    if (asked > node.kind->privilege) return put_head({tag, unauthorized_role, console_id}, out);
    Session* session =
        node.sessions.open(console_id, static_cast<std::uint32_t>(random_.next()), now);
    if (session == nullptr) return put_head({tag, no_resources, console_id}, out);
    session->suite = *suite;
    put_open_session(head, asked == 0 ? highest : asked, session->id, algorithms_of(*suite), out);
}

void SessionSetup::rakp1(Node& node, View payload, TimePoint now, Packet& out) {
    if (payload.size() < 28 || payload.size() < 28U + payload[27]) return;
    const std::uint8_t tag = payload[0];
    Session* session = node.sessions.find(little32(payload, 4), now);
    if (session == nullptr || session->active || !session->handshake)
        return put_head({tag, unknown_session, 0}, out);
    Handshake& handshake = *session->handshake;
    std::copy_n(payload.begin() + 8, 16, handshake.console_random.begin());
    handshake.named = false;
    handshake.role = payload[24];
    handshake.user.assign(payload.begin() + 28, payload.begin() + 28 + payload[27]);
    const unsigned asked = handshake.role & 0x0f;
    if (handshake.user != node.kind->user)
        return put_head({tag, unauthorized_name, session->console_id}, out);
    if (asked > node.kind->privilege)
        return put_head({tag, unauthorized_role, session->console_id}, out);
    session->most_privilege = asked == 0 ? node.kind->privilege : static_cast<std::uint8_t>(asked);
    for (std::uint8_t& octet : handshake.own_random)
        octet = static_cast<std::uint8_t>(random_.next());
    handshake.named = true;
    const Guid guid = guid_of(node);

    Packet covered;
    covered.put32(session->console_id);
    covered.put32(session->id);
    covered.put(handshake.console_random);
    covered.put(handshake.own_random);
    covered.put(guid);
    put_identity(covered, handshake);
    const Digest code = crypto_.hmac(session->suite, as_bytes(node.kind->password), covered.view());

    put_head({tag, ok, session->console_id}, out);
    out.put(handshake.own_random);
    out.put(guid);
    out.put(View(code).first(digest_size(session->suite)));
    if (node.faults.has(FaultKind::wrong_hmac)) out[out.size() - 1] ^= 0xff;
}

void SessionSetup::derive_keys(const Node& node, Session& session, View key) {
    const Handshake& handshake = *session.handshake;
    Packet covered;
    covered.put(handshake.console_random);
    covered.put(handshake.own_random);
    put_identity(covered, handshake);
    const Suite suite = session.suite;
    const Digest integrity = crypto_.hmac(suite, key, covered.view());
    const View session_key = View(integrity).first(digest_size(suite));
    std::array<std::uint8_t, 20> constant;
    constant.fill(1);
    session.integrity_key = crypto_.hmac(suite, session_key, constant);
    constant.fill(2);
    const Digest second = crypto_.hmac(suite, session_key, constant);
    std::copy_n(second.begin(), session.encryption_key.size(), session.encryption_key.begin());

    covered.clear();
    covered.put(handshake.console_random);
    covered.put32(session.id);
    covered.put(guid_of(node));
    session.handshake->check = crypto_.hmac(suite, session_key, covered.view());
}

void SessionSetup::rakp3(Node& node, View payload, TimePoint now, Packet& out) {
    if (payload.size() < 8) return;
    const std::uint8_t tag = payload[0];
    Session* session = node.sessions.find(little32(payload, 4), now);
    if (session == nullptr || !session->handshake || !session->handshake->named)
        return put_head({tag, unknown_session, 0}, out);
    const std::uint32_t console_id = session->console_id;
    if (payload[1] != ok) return node.sessions.close(session->id);  // the console gives up
    if (!session->active) {
        Packet covered;
        covered.put(session->handshake->own_random);
        covered.put32(console_id);
        put_identity(covered, *session->handshake);
        const View key = as_bytes(node.kind->password);
        const Digest code = crypto_.hmac(session->suite, key, covered.view());
        const View right = View(code).first(digest_size(session->suite));
        if (!std::equal(right.begin(), right.end(), payload.begin() + 8, payload.end())) {
            node.sessions.close(session->id);
            return put_head({tag, wrong_check, console_id}, out);
        }
        derive_keys(node, *session, key);
        session->active = true;
        session->last_used = now;
    }
    put_head({tag, ok, console_id}, out);
    out.put(View(session->handshake->check).first(code_size(session->suite)));
    if (node.faults.has(FaultKind::wrong_hmac)) out[out.size() - 1] ^= 0xff;
}

}  // namespace frugald::room
