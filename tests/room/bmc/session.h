#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "tests/room/bmc/crypto.h"
#include "tests/room/loop.h"

namespace frugald::room {

/// Sequence numbers of the packets that a console sent in a session (IPMI 2.0, 6.12.13): 16 ahead
/// of or behind the highest one seen, each once.
class SequenceWindow {
public:
    bool accept(std::uint32_t number);
    std::uint32_t highest() const { return highest_; }

private:
    std::uint32_t highest_ = 0;
    std::uint32_t seen_ = 0;  // bit i: highest - i
};

/// What RAKP messages 1 to 3 agree on.
struct Handshake {
    std::array<std::uint8_t, 16> console_random{};
    std::array<std::uint8_t, 16> own_random{};
    std::uint8_t role = 0;
    std::string user;
    bool named = false;  // RAKP 1 was accepted
    Digest check{};      // what RAKP 4 carries
};

struct Session {
    std::uint32_t id = 0;  // ours; its two low bits are the slot
    std::uint32_t console_id = 0;
    std::uint32_t sequence = 0;  // of our last packet
    SequenceWindow window;
    Suite suite{};
    std::uint8_t privilege = 2;
    std::uint8_t most_privilege = 4;
    bool active = false;  // RAKP 3 was right
    TimePoint last_used{};
    std::unique_ptr<Handshake> handshake;
    Digest integrity_key{};
    AesKey encryption_key{};
};

/// The session slots of one BMC.
class Sessions {
public:
    static constexpr std::size_t slots = 4;
    static constexpr std::chrono::seconds timeout{60};  // IPMI 2.0, 6.12.15
    static constexpr std::chrono::seconds handshake_timeout{5};

    /// A new session, or null when every slot is taken and none has expired. A console that asks
    /// again because our answer was lost gets the slot it already has.
    Session* open(std::uint32_t console_id, std::uint32_t random, TimePoint now);
    Session* find(std::uint32_t id, TimePoint now);
    void close(std::uint32_t id);
    void close_all();
    /// Null when the slot is free.
    Session* at(std::size_t slot, TimePoint now);
    /// Those whose set-up is complete.
    std::size_t count(TimePoint now);

private:
    std::array<std::unique_ptr<Session>, slots> sessions_;
};

}  // namespace frugald::room
