#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "daemon/core/result.h"
#include "tests/room/bytes.h"

namespace frugald::room {

/// An IPv4 address in host order, so that the next machine is + 1.
using Address = std::uint32_t;

Result<Address> parse_address(std::string_view text);
std::string to_string(Address address);

/// Who asked, and at which of our addresses.
struct Route {
    sockaddr_in peer{};
    Address local = 0;
};

/// One socket that is every address of this host at one port: 127/8 as a whole is local, so as
/// many devices as wanted share it. Reads and writes in batches.
class UdpSocket {
public:
    using Handler = std::function<void(View datagram, const Route& route)>;

    static Result<std::unique_ptr<UdpSocket>> bind(std::uint16_t port);
    ~UdpSocket();
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    int fd() const { return fd_; }
    std::uint16_t port() const { return port_; }
    /// One batch of what has arrived; what the handler sends leaves before this returns.
    void receive(const Handler& handler);
    /// Kept until `flush`, or until a batch is full. Datagrams over 1,472 octets are cut.
    void send(View datagram, const Route& route);
    void flush();

private:
    struct Batch;
    UdpSocket(int fd, std::uint16_t port);

    int fd_;
    std::uint16_t port_;
    std::unique_ptr<Batch> in_;
    std::unique_ptr<Batch> out_;
    unsigned queued_ = 0;
};

}  // namespace frugald::room
