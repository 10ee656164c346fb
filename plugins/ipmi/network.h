#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <random>

#include "plugins/ipmi/direct_codec.h"
#include "plugins/ipmi/freeipmi_codec.h"
#include "plugins/ipmi/group.h"
#include "plugins/ipmi/pacer.h"
#include "plugins/ipmi/socket.h"

namespace frugald::ipmi {

class Link;

struct NetworkConfig {
    std::chrono::milliseconds retransmit{500};
    unsigned attempts = 3;
    unsigned sessions_per_s = 2500;
    unsigned packets_per_s = 20000;
    int receive_buffer_bytes = 4 * 1024 * 1024;
    /// A slot that a lost session holds is free after 60 s at the latest (IPMI 2.0, 6.12.15), and
    /// a user must not be locked out by the hundredth wrong password.
    std::chrono::milliseconds refusal_hold{60000};
    /// How long BMCs keep a session that nobody uses (IPMI 2.0, 6.12.15).
    std::chrono::milliseconds session_expiry{60000};
    std::chrono::milliseconds first_retry{1000};  // after a silence; then doubled, up to 60 s
};

/// What the BMCs of one daemon share: sockets, timing wheel, packet codec, limits.
class Network {
public:
    Network(asio::io_context& loop, const NetworkConfig& config);

    asio::io_context& loop() { return loop_; }
    const NetworkConfig& config() const { return config_; }

    /// From now on packets from `from` are `link`'s. False when they are another's already.
    Result<bool> attach(const Endpoint& from, Link& link);
    void detach(const Endpoint& from);
    /// `urgent`: now, not with others.
    void send(const Endpoint& to, Bytes packet, bool urgent);
    /// Of the IPv4 socket; 0 while there is none.
    unsigned short local_port() const { return ipv4_ ? ipv4_->local_port() : 0; }

    /// Never 0, never used twice in 2^32 sessions.
    std::uint32_t next_console_id();
    /// A random delay, so that what failed together does not come back together.
    std::chrono::milliseconds jitter(std::chrono::milliseconds most);

    /// The direct codec, or FreeIPMI's for BMCs that need workarounds with every packet.
    Codec& codec_for(const Workarounds& workarounds);

    Wheel wheel;
    Packet outgoing;  // the packet being made, for as long as it takes to send it
    Answer incoming;  // the answer just received, until the next packet is looked at
    Pacer packets;
    Pacer sessions;

    struct Counters {
        std::uint64_t sent = 0;
        std::uint64_t received = 0;
        std::uint64_t strangers = 0;  // from addresses that are no BMC of ours
        std::uint64_t foreign = 0;    // late, duplicated, of another session or request
        std::uint64_t forged = 0;     // wrong HMAC
        std::uint64_t retransmitted = 0;
    } counters;

private:
    void receive(std::span<const Socket::Incoming> batch);
    Link* find(const Endpoint& from) const;
    Result<Socket*> socket_for(const Endpoint& endpoint);

    asio::io_context& loop_;
    NetworkConfig config_;
    FreeipmiCodec freeipmi_codec_;
    DirectCodec direct_codec_;
    std::minstd_rand random_{std::random_device{}()};
    std::uint32_t console_id_;
    boost::unordered_flat_map<std::uint64_t, Link*> ipv4_links_;  // by address and port
    std::map<Endpoint, Link*> ipv6_links_;
    std::unique_ptr<Socket> ipv4_, ipv6_;
};

}  // namespace frugald::ipmi
