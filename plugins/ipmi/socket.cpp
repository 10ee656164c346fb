#include "plugins/ipmi/socket.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/core/log.h"

namespace frugald::ipmi {
namespace {

constexpr int batches_per_wake = 16;  // then other work of the loop gets its turn
constexpr std::chrono::milliseconds between_wakes{1};

void enlarge_receive_buffer(int socket, int wanted) {
    if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) < 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    int granted = 0;
    socklen_t size = sizeof granted;
    getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &granted, &size);
    // The kernel reports twice what it grants (socket(7)).
    if (granted / 2 < wanted)
        log::warning(
            "ipmi: the kernel grants a receive buffer of {} bytes instead of {}: answers of many "
            "BMCs may be lost; raise net.core.rmem_max or lower receive_buffer_bytes",
            granted / 2, wanted);
}

// No packet of IPMI is ever fragmented, so the kernel need not number them for that.
void spare_fragment_ids(int socket, asio::ip::udp protocol) {
    const int never = IP_PMTUDISC_PROBE;
    if (protocol == asio::ip::udp::v4())
        setsockopt(socket, IPPROTO_IP, IP_MTU_DISCOVER, &never, sizeof never);
}

}  // namespace

struct Socket::Batch {
    Batch() {
        for (std::size_t i = 0; i < batch_size; ++i) {
            vectors[i] = {bytes[i].data(), bytes[i].size()};
            headers[i] = {};
            headers[i].msg_hdr.msg_name = &from[i];
            headers[i].msg_hdr.msg_namelen = sizeof from[i];
            headers[i].msg_hdr.msg_iov = &vectors[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
    }

    std::array<std::array<std::uint8_t, Packet::capacity()>, batch_size> bytes;
    std::array<sockaddr_storage, batch_size> from;
    std::array<iovec, batch_size> vectors;
    std::array<mmsghdr, batch_size> headers;
};

Socket::Socket(asio::io_context& loop, Receiver receiver)
    : socket_(loop),
      resting_(loop),
      receiver_(std::move(receiver)),
      incoming_(std::make_unique<Batch>()),
      outgoing_(std::make_shared<Batch>()) {}

Socket::~Socket() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

Result<std::unique_ptr<Socket>> Socket::open(asio::io_context& loop, asio::ip::udp protocol,
                                             int receive_buffer_bytes, Receiver receiver) {
    std::unique_ptr<Socket> made(new Socket(loop, std::move(receiver)));
    boost::system::error_code error;
    made->socket_.open(protocol, error);
    if (!error) made->socket_.non_blocking(true, error);
    if (error)
        return fail(Fault::unavailable,
                    fmt::format("ipmi: no UDP socket for the BMCs: {}", error.message()));
    spare_fragment_ids(made->socket_.native_handle(), protocol);
    enlarge_receive_buffer(made->socket_.native_handle(), receive_buffer_bytes);
    made->wait();
    return made;
}

void Socket::send(const Endpoint& to, Bytes packet) {
    if (packet.size() > Packet::capacity()) return;
    std::memcpy(outgoing_->bytes[collected_].data(), packet.data(), packet.size());
    std::memcpy(&outgoing_->from[collected_], to.data(), to.size());
    outgoing_->vectors[collected_].iov_len = packet.size();
    outgoing_->headers[collected_].msg_hdr.msg_namelen = static_cast<socklen_t>(to.size());
    if (++collected_ == batch_size) {
        flush();
    } else if (collected_ == 1) {
        asio::post(socket_.get_executor(), [this, alive = std::weak_ptr(outgoing_)] {
            if (!alive.expired()) flush();
        });
    }
}

void Socket::flush() {
    for (std::size_t sent = 0; sent < collected_;) {
        const int count = sendmmsg(socket_.native_handle(), &outgoing_->headers[sent],
                                   static_cast<unsigned>(collected_ - sent), MSG_DONTWAIT);
        // An error is the first packet's: the others are tried without it.
        sent += count > 0 ? static_cast<std::size_t>(count) : 1;
    }
    collected_ = 0;
}

unsigned short Socket::local_port() const {
    boost::system::error_code error;
    return socket_.local_endpoint(error).port();
}

void Socket::wait() {
    socket_.async_wait(asio::ip::udp::socket::wait_read, [this](boost::system::error_code error) {
        if (!error) receive();  // else the socket is gone
    });
}

void Socket::receive() {
    const auto now = std::chrono::steady_clock::now();
    const bool busy = now - received_ < 2 * between_wakes;
    received_ = now;
    for (int batch = 0; batch < batches_per_wake && receive_batch(); ++batch) {
    }
    busy ? rest() : wait();
}

void Socket::rest() {
    resting_.expires_after(between_wakes);
    resting_.async_wait([this](boost::system::error_code error) {
        if (!error) wait();  // else the socket is gone
    });
}

bool Socket::receive_batch() {
    const int count = recvmmsg(socket_.native_handle(), incoming_->headers.data(), batch_size,
                               MSG_DONTWAIT, nullptr);
    std::array<Incoming, batch_size> packets;
    std::size_t whole = 0;
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        mmsghdr& header = incoming_->headers[at];
        const socklen_t size =
            std::exchange(header.msg_hdr.msg_namelen, sizeof incoming_->from[at]);
        if (header.msg_hdr.msg_flags & MSG_TRUNC) continue;  // longer than any packet of IPMI
        Incoming& packet = packets[whole++];
        std::memcpy(packet.from.data(), &incoming_->from[at], size);
        packet.from.resize(size);
        packet.packet = Bytes(incoming_->bytes[at]).first(header.msg_len);
    }
    receiver_(std::span(packets).first(whole));
    return count == static_cast<int>(batch_size);
}

}  // namespace frugald::ipmi
