#include "tests/room/udp.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace frugald::room {

namespace {
constexpr unsigned batch_size = 64;
constexpr std::size_t datagram_size = 1472;
constexpr int receive_buffer = 16 << 20;
}  // namespace

Result<Address> parse_address(std::string_view text) {
    in_addr address{};
    if (inet_pton(AF_INET, std::string(text).c_str(), &address) != 1)
        return fail(Fault::invalid, fmt::format("'{}' is not an IPv4 address", text));
    return ntohl(address.s_addr);
}

std::string to_string(Address address) {
    return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 0xff, (address >> 8) & 0xff,
                       address & 0xff);
}

struct UdpSocket::Batch {
    struct alignas(cmsghdr) Control {
        std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> bytes;
    };
    std::array<mmsghdr, batch_size> headers{};
    std::array<iovec, batch_size> vectors{};
    std::array<sockaddr_in, batch_size> peers{};
    std::array<Control, batch_size> controls{};
    std::array<std::array<std::uint8_t, datagram_size>, batch_size> datagrams;

    Batch() {
        for (unsigned i = 0; i < batch_size; ++i) reset(i, datagram_size);
    }
    void reset(unsigned i, std::size_t size) {
        vectors[i] = {datagrams[i].data(), size};
        msghdr& header = headers[i].msg_hdr;
        header.msg_name = &peers[i];
        header.msg_namelen = sizeof(sockaddr_in);
        header.msg_iov = &vectors[i];
        header.msg_iovlen = 1;
        header.msg_control = controls[i].bytes.data();
        header.msg_controllen = controls[i].bytes.size();
    }
};

UdpSocket::UdpSocket(int fd, std::uint16_t port)
    : fd_(fd), port_(port), in_(std::make_unique<Batch>()), out_(std::make_unique<Batch>()) {}

UdpSocket::~UdpSocket() { ::close(fd_); }

Result<std::unique_ptr<UdpSocket>> UdpSocket::bind(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail(Fault::unavailable, fmt::format("no UDP socket: {}", std::strerror(errno)));
    std::unique_ptr<UdpSocket> made(new UdpSocket(fd, port));
    const int one = 1;
    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof one);
    // the forced size needs a capability; without it the kernel's rmem_max is the limit
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    // whole datagrams only: the kernel need not number them
    const int whole = IP_PMTUDISC_DO;
    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &whole, sizeof whole);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(port);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0)
        return fail(Fault::unavailable, fmt::format("UDP port {}: {}; choose another `port`", port,
                                                    std::strerror(errno)));
    return made;
}

void UdpSocket::receive(const Handler& handler) {
    for (unsigned i = 0; i < batch_size; ++i) in_->reset(i, datagram_size);
    const int count = recvmmsg(fd_, in_->headers.data(), batch_size, MSG_DONTWAIT, nullptr);
    for (unsigned i = 0; static_cast<int>(i) < count; ++i) {
        Route route{in_->peers[i], 0};
        msghdr& header = in_->headers[i].msg_hdr;
        for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
            if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO) continue;
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(c), sizeof info);
            route.local = ntohl(info.ipi_addr.s_addr);
        }
        handler(View(in_->datagrams[i].data(), in_->headers[i].msg_len), route);
    }
    flush();
}

void UdpSocket::send(View datagram, const Route& route) {
    const std::size_t size = std::min(datagram.size(), datagram_size);
    out_->reset(queued_, size);
    std::copy_n(datagram.begin(), size, out_->datagrams[queued_].begin());
    out_->peers[queued_] = route.peer;
    cmsghdr* control = CMSG_FIRSTHDR(&out_->headers[queued_].msg_hdr);
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_PKTINFO;
    control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    in_pktinfo info{};
    info.ipi_spec_dst.s_addr = htonl(route.local);
    std::memcpy(CMSG_DATA(control), &info, sizeof info);
    if (++queued_ == batch_size) flush();
}

void UdpSocket::flush() {
    unsigned sent = 0;
    while (sent < queued_) {
        const int count = sendmmsg(fd_, out_->headers.data() + sent, queued_ - sent, MSG_DONTWAIT);
        // a datagram the kernel refuses is lost, as on any network
        sent += count > 0 ? static_cast<unsigned>(count) : 1;
    }
    queued_ = 0;
}

}  // namespace frugald::room
