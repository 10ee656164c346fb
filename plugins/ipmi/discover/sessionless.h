#pragma once

#include <optional>

#include "plugins/ipmi/discover/facts.h"
#include "plugins/ipmi/link.h"
#include "plugins/ipmi/matching.h"

// What a BMC answers to anybody: RMCP ping, and the commands allowed outside a session.
namespace frugald::ipmi::discover {

/// IPMI 1.5 is what the specification wants outside a session [13.6]; a BMC without it may still
/// take the format of 2.0.
enum class Format { ipmi_1_5, ipmi_2_0 };

Packet presence_ping(std::uint8_t tag);  // [13.2.3]
bool is_pong(Bytes packet);              // [13.2.4]

Packet message(const Request& request, std::uint8_t rq_seq, Format format);
/// Absent: not the answer to that request under one of those numbers, or damaged.
std::optional<Answer> take_message(Bytes packet, const Request& request, Attempts attempts);

Request get_authentication_capabilities(bool extended);  // [22.13], of the channel asked through
Request get_cipher_suites(std::uint8_t index);           // [22.15.2], sixteen bytes of the list
Request get_system_guid();                               // [22.14]

std::optional<Capabilities> parse_capabilities(const Answer& answer, bool extended);
/// Adds the ids of standard suites in the list of records [22.15.1].
std::vector<std::uint8_t> parse_suites(Bytes records);
/// Absent: too short, or all zeros or ones, which is how a BMC says that it has none.
std::optional<Guid> parse_guid(const Answer& answer);

/// One command outside a session.
class Asking : public Exchange {
public:
    Asking(const Request& request, Format format) : request_(request), format_(format) {}

    Bytes next_packet() override;
    bool receive(Bytes packet) override;
    const Answer& answer() const { return answer_; }

private:
    Request request_;
    Format format_;
    Attempts attempts_{1, 0};
    Packet packet_;
    Answer answer_;
};

/// Is somebody there? One attempt is a ping, the next Get Channel Authentication Capabilities, in
/// either format: many BMCs answer only some of them, and silent addresses shall cost few packets.
class Hello : public Exchange {
public:
    Bytes next_packet() override;
    bool receive(Bytes packet) override;
    bool pong() const { return pong_; }

private:
    unsigned attempt_ = 0;
    Attempts attempts_{1, 0};
    Packet packet_;
    bool pong_ = false;
};

/// The ping alone.
class Ping : public Exchange {
public:
    Bytes next_packet() override;
    bool receive(Bytes packet) override { return is_pong(packet); }

private:
    Packet packet_;
};

}  // namespace frugald::ipmi::discover
