#include "plugins/ipmi/bmc.h"

#include <fmt/format.h>

#include <utility>

#include "plugins/ipmi/session_setup.h"

namespace frugald::ipmi {
namespace {

Request close_session(std::uint32_t id) {
    return {IPMI_NET_FN_APP_RQ,
            0,
            {0x3c, static_cast<std::uint8_t>(id), static_cast<std::uint8_t>(id >> 8),
             static_cast<std::uint8_t>(id >> 16), static_cast<std::uint8_t>(id >> 24)}};
}

}  // namespace

Bmc::Bmc(Network& network, std::shared_ptr<const Group> group, std::string node, std::string host,
         unsigned short port)
    : network_(network),
      group_(std::move(group)),
      node_(std::move(node)),
      host_(std::move(host)),
      port_(port),
      link_(network) {}

std::string Bmc::label() const { return fmt::format("{}: BMC {}", node_, host_); }

Dialogue Bmc::dialogue() {
    const Workarounds& workarounds = group_->workarounds;
    return {network_,
            network_.codec_for(workarounds),
            *session_,
            {workarounds.ignore_checksum, workarounds.zero_session_id},
            forged_in_a_row_};
}

tl::unexpected<Error> Bmc::stopping() const {
    return fail(Fault::cancelled, label() + " is left alone: frugald is stopping");
}

tl::unexpected<Error> Bmc::silent() const {
    return fail(Fault::timeout,
                fmt::format("{} does not answer on UDP port {}; check its power, the network, and "
                            "that IPMI over LAN is enabled",
                            label(), port_));
}

asio::awaitable<Result<Answer>> Bmc::ask(Priority priority, Request request, Sending sending) {
    if (!lane_.try_enter()) {
        const bool entered = co_await lane_.enter(priority);
        if (!entered) co_return stopping();
    }
    const Lane::Turn turn(lane_);
    co_return co_await ask_in_turn(request, priority, sending);
}

asio::awaitable<Result<Answer>> Bmc::ask_in_turn(const Request& request, Priority priority,
                                                 Sending sending) {
    if (!has_session()) {
        const Result<void> opened = co_await open(priority);
        if (!opened) co_return tl::unexpected(opened.error());
    }
    if (priority == Priority::control)
        network_.packets.overdraw();
    else if (!network_.packets.take())
        co_await network_.packets.turn();
    if (stopping_) co_return stopping();
    CommandExchange exchange(dialogue(), request, sending.still_wanted);
    const unsigned attempts = sending.once ? 1 : network_.config().attempts;
    const Ending ending = co_await link_.run(exchange, attempts);
    const Result<void> judged = judge(ending, exchange.withdrawn(), sending.once);
    if (!judged) co_return tl::unexpected(judged.error());
    co_return exchange.answer();
}

bool Bmc::begin(Exchange& exchange) {
    if (!has_session() || stopping_ || lane_.busy() || !network_.packets.take()) return false;
    lane_.try_enter();
    if (link_.begin(exchange, network_.config().attempts)) return true;
    lane_.leave();
    return false;
}

Result<void> Bmc::finish(Ending how) {
    const Result<void> judged = judge(how, false, false);
    lane_.leave();
    return judged;
}

Result<void> Bmc::judge(Ending ending, bool withdrawn, bool once) {
    if (ending == Ending::cancelled) return stopping();
    if (ending == Ending::unsent && withdrawn)
        return fail(Fault::cancelled, label() + " was sent nothing: the command was withdrawn");
    if (ending == Ending::unsent)
        return fail(Fault::unavailable,
                    label() +
                        " was sent nothing: it cannot be encrypted; libfreeipmi opens "
                        "/dev/urandom for each packet, so check the limit of open files");
    if (forged_in_a_row_ >= Dialogue::most_forged) {
        session_.reset();
        forged_in_a_row_ = 0;
        return fail(Fault::unparsable,
                    label() +
                        " sent three answers in a row with a wrong authentication code; a new "
                        "session is opened, check for a second device with its address");
    }
    if (ending == Ending::silent) {
        // A single send proves little, so it does not count against the session.
        if (!once && ++silent_in_a_row_ >= 2) doubtful_ = true;
        return silent();
    }
    silent_in_a_row_ = 0;
    last_answer_ = std::chrono::steady_clock::now();
    return {};
}

Result<void> Bmc::hold(Error error) {
    held_until_ = std::chrono::steady_clock::now() + network_.config().refusal_hold;
    held_for_ = error;
    return tl::unexpected(std::move(error));
}

asio::awaitable<Result<void>> Bmc::open(Priority priority) {
    const bool admitted = std::exchange(admitted_, false);
    if (held()) co_return tl::unexpected(*held_for_);
    held_for_.reset();
    if (!link_.connected()) {
        const Result<void> found = co_await find_address();
        if (!found) co_return found;
    }
    // A power command does not queue behind thousands of readings.
    if (priority == Priority::control && !admitted)
        network_.sessions.overdraw();
    else if (!admitted && !network_.sessions.take())
        co_await network_.sessions.turn();
    if (stopping_) co_return stopping();
    if (session_) take_leave();
    const Result<void> opened = co_await try_suites();
    // The name may have moved; numbers resolve at once.
    if (!opened && opened.error().fault == Fault::timeout) link_.disconnect();
    co_return opened;
}

asio::awaitable<Result<void>> Bmc::try_suites() {
    SetupFailure failure;
    for (const std::uint8_t id : group_->credentials.cipher_suites) {
        const Result<CipherSuite> suite = cipher_suite(id);
        if (!suite) co_return tl::unexpected(suite.error());
        auto opened = co_await open_session(network_, link_, group_->credentials,
                                            group_->workarounds, *suite);
        if (opened) {
            session_ = *opened;
            doubtful_ = false;
            ++session_count_;
            guid_ = opened->guid;
            silent_in_a_row_ = 0;
            forged_in_a_row_ = 0;
            last_answer_ = std::chrono::steady_clock::now();
            co_return Result<void>{};
        }
        failure = opened.error();
        if (!failure.another_suite_may) break;
    }
    if (failure.silent) co_return silent();
    if (failure.error.fault == Fault::cancelled) co_return stopping();
    co_return hold({failure.error.fault, fmt::format("{} {}", label(), failure.error.text)});
}

asio::awaitable<Result<void>> Bmc::find_address() {
    boost::system::error_code error;
    const auto number = asio::ip::make_address(host_, error);
    if (!error) co_return use_address(number);

    asio::ip::udp::resolver resolver(network_.loop());
    const auto [failure, found] =
        co_await resolver.async_resolve(host_, "", asio::as_tuple(asio::use_awaitable));
    if (stopping_) co_return stopping();
    if (failure || found.empty())
        co_return fail(Fault::unavailable,
                       fmt::format("{} has no address ({}); check the name, DNS or /etc/hosts",
                                   label(), failure.message()));
    auto chosen = found.begin()->endpoint().address();
    for (const auto& entry : found)
        if (entry.endpoint().address().is_v4()) {
            chosen = entry.endpoint().address();
            break;
        }
    co_return use_address(chosen);
}

Result<void> Bmc::use_address(const asio::ip::address& address) {
    const Result<bool> connected = link_.connect(Endpoint(address, port_));
    if (!connected) return tl::unexpected(connected.error());
    if (!*connected)
        return hold({Fault::invalid,
                     fmt::format("{} has the address {} of another node's BMC; correct the name or "
                                 "`bmc` in its [[ipmi.group]]",
                                 label(), address.to_string())});
    return {};
}

// One packet without waiting: if the BMC still has the session, its slot is free for the next one.
void Bmc::take_leave() {
    Attempts attempts{session_->next_request, 0};
    const Bytes packet = dialogue().say(close_session(session_->bmc_id), attempts);
    if (!packet.empty()) link_.send(packet);
    session_.reset();
}

asio::awaitable<void> Bmc::close() {
    stopping_ = true;
    lane_.close();
    link_.cancel();
    if (!session_ || !link_.connected() || lane_.busy()) co_return;
    if (doubtful_) {  // nobody is likely to answer: a stop does not wait for that
        take_leave();
        co_return;
    }
    const Request request = close_session(session_->bmc_id);
    CommandExchange exchange(dialogue(), request);
    static_cast<void>(co_await link_.run(exchange, 2));
    session_.reset();
}

}  // namespace frugald::ipmi
