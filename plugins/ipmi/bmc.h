#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/core/result.h"
#include "plugins/ipmi/command_exchange.h"
#include "plugins/ipmi/group.h"
#include "plugins/ipmi/lane.h"

namespace frugald::ipmi {

/// How a command may be sent.
struct Sending {
    /// It may not happen twice: one packet, and silence means that the outcome is unknown. Else it
    /// is sent again when the answer stays away.
    bool once = false;
    const StillWanted* still_wanted = nullptr;  // must outlive the call
};

/// One BMC: its address, its session (opened when first needed, kept, opened anew when the BMC
/// lost it) and its one command in flight.
class Bmc {
public:
    Bmc(Network& network, std::shared_ptr<const Group> group, std::string node, std::string host,
        unsigned short port);

    const std::string& node() const { return node_; }
    const Group& group() const { return *group_; }
    /// "c001: BMC 10.1.0.1" for messages.
    std::string label() const;

    /// The BMC's answer, whatever its completion code, or why there is none: Fault::timeout (it
    /// is silent), unauthorized or refused (it gives no session), unavailable (its name has no
    /// address), cancelled (frugald is stopping; or not wanted any more, and never sent).
    asio::awaitable<Result<Answer>> ask(Priority priority, Request request, Sending sending = {});

    /// For QuickCommand. `begin` is false when the BMC has no session, is busy, or the packets of
    /// this moment are used up; after the exchange has ended, `finish` says how it went and lets
    /// the next command in.
    bool begin(Exchange& exchange);
    Result<void> finish(Ending how);
    /// Only while there is a session.
    Dialogue dialogue();
    std::uint8_t next_request() const { return session_ ? session_->next_request : 0; }

    /// The next command opens a session, which takes a turn of `Network::sessions`; whoever has
    /// got it says so with `admit`, else the command waits for it.
    bool needs_admission() const { return !has_session() && !admitted_ && !held(); }
    void admit() { admitted_ = needs_admission(); }

    /// Counts the sessions opened so far: another number is another session, maybe another boot.
    unsigned session_count() const { return session_count_; }
    /// As the last handshake named it; zeros before the first, or when the BMC has none.
    const Guid& guid() const { return guid_; }
    bool has_session() const { return session_.has_value() && !doubtful_; }
    std::chrono::steady_clock::time_point last_answer() const { return last_answer_; }
    /// Refusals of a session are believed for a minute: until then there is no use in asking.
    std::chrono::steady_clock::time_point held_until() const { return held_until_; }

    /// Ends what is under way, closes the session and answers everything else with `cancelled`.
    asio::awaitable<void> close();

private:
    asio::awaitable<Result<Answer>> ask_in_turn(const Request& request, Priority priority,
                                                Sending sending);
    Result<void> judge(Ending ending, bool withdrawn, bool once);
    asio::awaitable<Result<void>> open(Priority priority);
    asio::awaitable<Result<void>> try_suites();
    asio::awaitable<Result<void>> find_address();
    Result<void> use_address(const asio::ip::address& address);
    Result<void> hold(Error error);
    bool held() const { return held_for_ && std::chrono::steady_clock::now() < held_until_; }
    void take_leave();
    tl::unexpected<Error> silent() const;
    tl::unexpected<Error> stopping() const;

    Network& network_;
    std::shared_ptr<const Group> group_;
    std::string node_;
    std::string host_;
    unsigned short port_;
    Link link_;
    Lane lane_;
    std::optional<Session> session_;
    bool doubtful_ = false;  // the session may be gone: another is opened, this one closed before
    bool admitted_ = false;
    bool stopping_ = false;
    std::uint8_t silent_in_a_row_ = 0;
    std::uint8_t forged_in_a_row_ = 0;
    unsigned session_count_ = 0;
    Guid guid_{};
    std::chrono::steady_clock::time_point last_answer_{};
    std::chrono::steady_clock::time_point held_until_{};
    std::optional<Error> held_for_;
};

}  // namespace frugald::ipmi
