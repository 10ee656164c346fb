#include "plugins/ipmi/session_setup.h"

#include <fmt/format.h>
#include <sys/random.h>

#include "plugins/ipmi/command_exchange.h"

namespace frugald::ipmi {
namespace {

// One step of the handshake. Only the answer to the last attempt counts: the BMC's nonce changes
// with each.
class SetupExchange : public Exchange {
public:
    using Make = Packet (*)(const Handshake&, std::uint8_t tag);
    using Take = std::optional<Status> (*)(Bytes, std::uint8_t tag, Handshake&, bool& wrong_key);

    SetupExchange(Handshake& handshake, Make make, Take take)
        : handshake_(handshake), make_(make), take_(take) {}

    Bytes next_packet() override {
        ++tag_;
        packet_ = make_(handshake_, tag_);
        return packet_;
    }
    bool receive(Bytes packet) override {
        const auto status = take_(packet, tag_, handshake_, wrong_key_);
        if (status) status_ = *status;
        return status.has_value();
    }
    Status status() const { return status_; }
    bool wrong_key() const { return wrong_key_; }

private:
    Handshake& handshake_;
    Make make_;
    Take take_;
    std::uint8_t tag_ = 0;
    Packet packet_;
    Status status_ = 0;
    bool wrong_key_ = false;
};

std::optional<Status> take_open_session(Bytes packet, std::uint8_t tag, Handshake& handshake,
                                        bool&) {
    return take_open_session_answer(packet, tag, handshake);
}

tl::unexpected<SetupFailure> failure(Fault fault, std::string text,
                                     bool another_suite_may = false) {
    return tl::unexpected<SetupFailure>({{fault, std::move(text)}, another_suite_may, false});
}

tl::unexpected<SetupFailure> rejected(const Handshake& handshake, Status status) {
    const Credentials& credentials = handshake.credentials;
    switch (status) {
        case RMCPPLUS_STATUS_INSUFFICIENT_RESOURCES_TO_CREATE_A_SESSION:
        case RMCPPLUS_STATUS_INSUFFICIENT_RESOURCES_TO_CREATE_A_SESSION_AT_THE_REQUESTED_TIME:
            return failure(Fault::refused,
                           "has no free session slot; close other IPMI sessions (consoles, "
                           "exporters) or wait until they expire",
                           true);
        case RMCPPLUS_STATUS_INVALID_AUTHENTICATION_ALGORITHM:
        case RMCPPLUS_STATUS_INVALID_INTEGRITY_ALGORITHM:
        case RMCPPLUS_STATUS_NO_MATCHING_AUTHENTICATION_PAYLOAD:
        case RMCPPLUS_STATUS_NO_MATCHING_INTEGRITY_PAYLOAD:
        case RMCPPLUS_STATUS_INVALID_CONFIDENTIALITY_ALGORITHM:
        case RMCPPLUS_STATUS_NO_CIPHER_SUITE_MATCH_WITH_PROPOSED_SECURITY_ALGORITHMS:
            return failure(Fault::refused,
                           fmt::format("refuses cipher suite {}; enable it in the BMC's LAN "
                                       "settings{}",
                                       handshake.session.suite.id,
                                       credentials.cipher_suites.size() > 1
                                           ? ""
                                           : " or allow another with `cipher_suites`"),
                           true);
        case RMCPPLUS_STATUS_UNAUTHORIZED_NAME:
        case RMCPPLUS_STATUS_INVALID_NAME_LENGTH:
            return failure(Fault::unauthorized,
                           fmt::format("does not know the user '{}'; check `user`, and that the "
                                       "BMC lets this user in over LAN",
                                       credentials.user));
        case RMCPPLUS_STATUS_INVALID_ROLE:
        case RMCPPLUS_STATUS_UNAUTHORIZED_ROLE_OR_PRIVILEGE_LEVEL_REQUESTED:
            return failure(Fault::unauthorized,
                           fmt::format("does not grant privilege {} to user '{}'; lower "
                                       "`privilege`, or raise the user's in the BMC",
                                       to_string(credentials.privilege), credentials.user));
        case RMCPPLUS_STATUS_INVALID_INTEGRITY_CHECK_VALUE:
            return failure(Fault::unauthorized,
                           fmt::format("does not accept the password of user '{}'; check `secret`, "
                                       "or try the workaround \"opensesspriv\"",
                                       credentials.user));
        default:
            return failure(Fault::refused,
                           fmt::format("refuses a session with RMCP+ status {:02x}h; it may need "
                                       "one of the workarounds of freeipmi(7)",
                                       status));
    }
}

using Step = tl::expected<void, SetupFailure>;

asio::awaitable<Step> step(Network& network, Link& link, SetupExchange& exchange) {
    const Ending ending = co_await link.run(exchange, network.config().attempts);
    if (ending == Ending::cancelled) co_return failure(Fault::cancelled, "is left alone: stopping");
    if (ending == Ending::unsent)
        co_return failure(Fault::unavailable, "is not asked: libfreeipmi makes no packet");
    if (ending == Ending::silent)
        co_return tl::unexpected<SetupFailure>({{Fault::timeout, ""}, false, true});
    co_return Step{};
}

asio::awaitable<Step> shake_hands(Network& network, Link& link, Handshake& handshake) {
    SetupExchange opening(handshake, open_session_request, take_open_session);
    Step done = co_await step(network, link, opening);
    if (!done) co_return done;
    if (opening.status() != 0) co_return rejected(handshake, opening.status());
    const auto wanted = static_cast<std::uint8_t>(handshake.credentials.privilege);
    // 0 is an echo of "highest" that some BMCs send instead of a level; they need the workaround.
    if (handshake.bmc_privilege < wanted)
        co_return failure(
            Fault::unauthorized,
            fmt::format("offers privilege level {} where {} is wanted; check the "
                        "user and LAN limits, or try the workaround "
                        "\"opensesspriv\"",
                        handshake.bmc_privilege, to_string(handshake.credentials.privilege)));

    SetupExchange naming(handshake, rakp_1, take_rakp_2);
    done = co_await step(network, link, naming);
    if (!done) co_return done;
    if (naming.status() != 0) co_return rejected(handshake, naming.status());
    if (naming.wrong_key())
        co_return rejected(handshake, RMCPPLUS_STATUS_INVALID_INTEGRITY_CHECK_VALUE);

    SetupExchange proving(handshake, rakp_3, take_rakp_4);
    done = co_await step(network, link, proving);
    if (!done) co_return done;
    if (proving.status() != 0) co_return rejected(handshake, proving.status());
    if (proving.wrong_key())
        co_return failure(
            Fault::unauthorized,
            "derives another session key; clear the BMC key (K_g) in its LAN settings");
    co_return Step{};
}

asio::awaitable<Step> set_privilege(Network& network, Link& link, Handshake& handshake) {
    const auto level = static_cast<std::uint8_t>(handshake.credentials.privilege);
    const Request request{IPMI_NET_FN_APP_RQ, 0, {0x3b, level}};
    const Tolerance tolerance{handshake.workarounds.ignore_checksum,
                              handshake.workarounds.zero_session_id};
    std::uint8_t forged = 0;
    const Dialogue dialogue{network, network.codec_for(handshake.workarounds), handshake.session,
                            tolerance, forged};
    CommandExchange exchange(dialogue, request);
    const Ending ending = co_await link.run(exchange, network.config().attempts);
    if (ending == Ending::cancelled) co_return failure(Fault::cancelled, "is left alone: stopping");
    if (ending != Ending::answered || dialogue.broken())
        co_return tl::unexpected<SetupFailure>({{Fault::timeout, ""}, false, true});
    if (!exchange.answer().completed())
        co_return rejected(handshake,
                           RMCPPLUS_STATUS_UNAUTHORIZED_ROLE_OR_PRIVILEGE_LEVEL_REQUESTED);
    co_return Step{};
}

}  // namespace

asio::awaitable<tl::expected<Session, SetupFailure>> open_session(Network& network, Link& link,
                                                                  const Credentials& credentials,
                                                                  const Workarounds& workarounds,
                                                                  CipherSuite suite) {
    Handshake handshake(credentials, workarounds);
    handshake.session.suite = suite;
    handshake.session.console_id = network.next_console_id();
    if (getrandom(handshake.console_nonce.data(), handshake.console_nonce.size(), 0) != 16)
        co_return failure(Fault::unavailable, "is not asked: the kernel gives no random numbers");
    ipmi_check_session_sequence_number_2_0_init(&handshake.session.highest_received,
                                                &handshake.session.received_window);
    Step done = co_await shake_hands(network, link, handshake);
    if (done) done = co_await set_privilege(network, link, handshake);
    if (!done) co_return tl::unexpected<SetupFailure>(done.error());
    co_return handshake.session;
}

}  // namespace frugald::ipmi
