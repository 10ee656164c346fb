#pragma once

#include "plugins/ipmi/discover/facts.h"
#include "plugins/ipmi/sensors.h"

namespace frugald::ipmi::discover {

/// What one BMC says to a user: it logs in, reads, logs out, and changes nothing.
class Inquiry {
public:
    /// `facts` has the BMC's address, and must outlive `run`.
    Inquiry(Network& network, SensorTables& tables, const Credentials& credentials, Facts& facts)
        : network_(network), tables_(tables), credentials_(credentials), facts_(facts) {}

    /// One attempt to log in with one suite, then everything else.
    asio::awaitable<void> run(std::uint8_t suite, bool open_session_privilege);
    /// The reason to give up may lie in the suite.
    bool another_suite_may() const { return another_suite_may_; }
    /// The BMC did not let this user in at this privilege.
    bool turned_away() const { return turned_away_; }
    /// Ends the session, and then `run`, with what is known by then.
    void give_up();

private:
    asio::awaitable<std::optional<Answer>> ask(Request request);
    asio::awaitable<bool> log_in();
    asio::awaitable<void> read();
    asio::awaitable<void> read_power();
    asio::awaitable<void> read_limit();
    asio::awaitable<void> close();

    Network& network_;
    SensorTables& tables_;
    const Credentials& credentials_;
    Facts& facts_;
    std::unique_ptr<Bmc> bmc_;
    bool given_up_ = false;
    bool cut_short_ = false;  // `close` was called from outside `run`
    bool closed_ = false;
    Waiter closing_;
    bool another_suite_may_ = false;
    bool turned_away_ = false;
};

}  // namespace frugald::ipmi::discover
