#include "plugins/ipmi/discover/probe.h"

#include <algorithm>

namespace frugald::ipmi::discover {
namespace {

constexpr unsigned hello_attempts = 3;  // a ping, and a command in both formats
constexpr std::size_t suites_per_answer = 16;
constexpr std::uint8_t longest_list = 64;  // answers; table 22-18

/// Proposes one cipher suite, as no user at all.
class Offering : public Exchange {
public:
    Offering(Network& network, CipherSuite suite) {
        handshake_.session.suite = suite;
        handshake_.session.console_id = network.next_console_id();
    }

    Bytes next_packet() override {
        packet_ = open_session_request(handshake_, ++tag_);
        return packet_;
    }
    bool receive(Bytes packet) override {
        const auto status = take_open_session_answer(packet, tag_, handshake_);
        if (status) offer_ = {handshake_.session.suite.id, *status, handshake_.bmc_privilege};
        return status.has_value();
    }
    const Offer& offer() const { return offer_; }

private:
    Credentials nobody_;
    Workarounds none_;
    Handshake handshake_{nobody_, none_};
    std::uint8_t tag_ = 0;
    Packet packet_;
    Offer offer_;
};

}  // namespace

asio::awaitable<void> pace(Network& network) {
    if (!network.packets.take()) co_await network.packets.turn();
}

asio::awaitable<Ending> Probe::run(Exchange& exchange, unsigned attempts) {
    co_await pace(network_);
    co_return co_await link_.run(exchange, attempts);
}

asio::awaitable<std::optional<Answer>> Probe::ask(Request request) {
    Asking asking(request, format_);
    const Ending ending = co_await run(asking, network_.config().attempts);
    if (ending != Ending::answered) co_return std::nullopt;
    co_return asking.answer();
}

asio::awaitable<void> Probe::look() {
    Hello hello;
    Ending ending = co_await run(hello, std::max(hello_attempts, network_.config().attempts));
    facts_.answered = ending == Ending::answered;
    if (!facts_.answered) co_return;
    facts_.pong = hello.pong();
    if (!facts_.pong) {
        Ping ping;
        ending = co_await run(ping, network_.config().attempts);
        facts_.pong = ending == Ending::answered;
    }
    co_await ask_capabilities();
    co_await ask_suites();
    const auto guid = co_await ask(get_system_guid());
    if (guid) facts_.guid = parse_guid(*guid);
}

asio::awaitable<void> Probe::ask_capabilities() {
    auto answer = co_await ask(get_authentication_capabilities(true));
    if (!answer) {
        format_ = Format::ipmi_2_0;
        answer = co_await ask(get_authentication_capabilities(true));
    }
    if (!answer) {
        format_ = Format::ipmi_1_5;
        co_return;
    }
    facts_.capabilities = parse_capabilities(*answer, true);
    if (facts_.capabilities) co_return;
    // A BMC of 1.5 may refuse the bit that asks for 2.0's.
    answer = co_await ask(get_authentication_capabilities(false));
    if (answer) facts_.capabilities = parse_capabilities(*answer, false);
}

asio::awaitable<void> Probe::ask_suites() {
    std::vector<std::uint8_t> records;
    for (std::uint8_t index = 0; index < longest_list; ++index) {
        const auto answer = co_await ask(get_cipher_suites(index));
        if (!answer || !answer->completed() || answer->data.size() < 1) {
            if (index == 0) co_return;
            break;
        }
        const Bytes piece = Bytes(answer->data).subspan(1);
        records.insert(records.end(), piece.begin(), piece.end());
        if (piece.size() < suites_per_answer) break;
    }
    facts_.suites = parse_suites(records);
}

asio::awaitable<std::optional<Offer>> Probe::offer(CipherSuite suite) {
    Offering offering(network_, suite);
    const Ending ending = co_await run(offering, network_.config().attempts);
    if (ending != Ending::answered) co_return std::nullopt;
    co_return offering.offer();
}

asio::awaitable<void> Probe::offer_best_suite() {
    for (const std::uint8_t id : {std::uint8_t{17}, std::uint8_t{3}}) {
        const auto suite = cipher_suite(id);
        if (!suite) continue;
        const auto answer = co_await offer(*suite);
        if (answer) facts_.offer = answer;
        if (answer && answer->status == 0) break;
    }
}

asio::awaitable<void> Probe::offer_suite_0() { facts_.offer_0 = co_await offer(CipherSuite{}); }

}  // namespace frugald::ipmi::discover
