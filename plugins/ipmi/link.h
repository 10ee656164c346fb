#pragma once

#include "plugins/ipmi/network.h"

namespace frugald::ipmi {

enum class Ending : std::uint8_t {
    answered,
    silent,
    unsent,  // the first packet could not be made
    cancelled,
};

/// One request and the search for its answer.
class Exchange {
public:
    virtual ~Exchange() = default;
    /// The packet of the next attempt: made anew, because sequence numbers move on. Empty: there
    /// is none to send now.
    virtual Bytes next_packet() = 0;
    /// A power command: it leaves the moment it was still wanted.
    virtual bool urgent() const { return false; }
    /// True when this packet ends the exchange.
    virtual bool receive(Bytes packet) = 0;
    /// It is over, however; the link is free for the next. Not called when it never began, nor
    /// when a coroutine waits for it.
    virtual void ended(Ending) {}
};

/// The way to one BMC: sends a packet, waits, sends again, one exchange at a time. Its patience
/// follows the BMC: twice the usual time to an answer, and twice as long after each silence, so
/// that a BMC of seconds is read, slowly, and not flooded.
class Link {
public:
    explicit Link(Network& network);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    /// False when another BMC has this address already.
    Result<bool> connect(const Endpoint& bmc);
    void disconnect();
    bool connected() const { return connected_; }

    /// Begins an exchange, which is told when it ends; false: its first packet could not be made.
    /// The caller has made sure that no other exchange is under way.
    bool begin(Exchange& exchange, unsigned attempts);
    /// The same for coroutines: begins it and waits for its end.
    asio::awaitable<Ending> run(Exchange& exchange, unsigned attempts);
    /// A packet for which no answer is waited.
    void send(Bytes packet) { network_.send(bmc_, packet, false); }
    /// Ends the exchange under way, if any.
    void cancel();
    void receive(Bytes packet);
    /// Its memory, and that of the session behind it in Bmc, will be needed in a moment.
    void prefetch() const {
        constexpr std::size_t line = 64, lines = 7;
        for (std::size_t i = 0; i < lines; ++i)
            __builtin_prefetch(reinterpret_cast<const char*>(this) + i * line);
    }

    std::chrono::milliseconds patience() const;

private:
    bool attempt();
    void timed_out();
    void end(Ending how);

    Network& network_;
    Endpoint bmc_;
    bool connected_ = false;
    bool awaited_ = false;  // by `run`; else the exchange is told
    Exchange* exchange_ = nullptr;
    unsigned attempts_left_ = 0;
    Ending ending_ = Ending::silent;
    unsigned silences_ = 0;  // exchanges without an answer, in a row
    std::chrono::microseconds usual_{0};
    std::chrono::steady_clock::time_point began_;
    Waiter waiter_;
    Alarm alarm_;
};

}  // namespace frugald::ipmi
