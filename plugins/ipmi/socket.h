#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "daemon/core/result.h"
#include "daemon/ports/asio.h"
#include "plugins/ipmi/message.h"

namespace frugald::ipmi {

using Endpoint = asio::ip::udp::endpoint;

/// The one unconnected UDP socket that all BMCs of an address family share. Under load it is
/// looked at once a millisecond and not at each packet: to wake up costs more than to read one.
class Socket {
public:
    struct Incoming {
        Endpoint from;
        Bytes packet;  // valid during the call
    };
    /// Takes what one look at the socket brought.
    using Receiver = std::function<void(std::span<const Incoming> packets)>;
    static constexpr std::size_t batch_size = 64;  // at most so many

    /// `receive_buffer_bytes` is asked for by force (CAP_NET_ADMIN) and else up to
    /// net.core.rmem_max; getting less is one warning in the log.
    static Result<std::unique_ptr<Socket>> open(asio::io_context& loop, asio::ip::udp protocol,
                                                int receive_buffer_bytes, Receiver receiver);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    /// Collects packets and sends them together when the loop is done with what it is doing: one
    /// wake-up for many. A packet that the kernel does not take then is lost, as any packet may be.
    void send(const Endpoint& to, Bytes packet);
    /// Sends what is collected now.
    void flush();
    /// 0 before the first packet.
    unsigned short local_port() const;

private:
    Socket(asio::io_context& loop, Receiver receiver);
    void wait();
    void rest();
    void receive();
    bool receive_batch();

    struct Batch;  // the buffers of one recvmmsg or sendmmsg
    asio::ip::udp::socket socket_;
    asio::steady_timer resting_;
    std::chrono::steady_clock::time_point received_{};  // the last time packets were fetched
    Receiver receiver_;
    std::unique_ptr<Batch> incoming_;
    std::shared_ptr<Batch> outgoing_;  // a posted flush looks whether it still exists
    std::size_t collected_ = 0;
};

}  // namespace frugald::ipmi
