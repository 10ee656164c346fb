#include "daemon/hook/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "daemon/hook/descriptor.h"

namespace frugald::hook {

namespace {

using Deadline = std::chrono::steady_clock::time_point;

int milliseconds_to(Deadline deadline) {
    using std::chrono::milliseconds;
    const auto left =
        std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
}

/// Each step returns 0 or the errno that ended it; ETIME is our own deadline.
int wait_for(int fd, short events, Deadline deadline) {
    for (;;) {
        pollfd waiting{fd, events, 0};
        const int ready = ::poll(&waiting, 1, milliseconds_to(deadline));
        if (ready > 0) return 0;
        if (ready == 0) return ETIME;
        if (errno != EINTR) return errno;
    }
}

/// The daemon's queue of connections is full: it lives, so it is worth waiting for.
int pause_before_retry(Deadline deadline) {
    const int left = milliseconds_to(deadline);
    if (left == 0) return ETIME;
    // Differs between the many hooks that are waiting, so that they do not come back together.
    ::poll(nullptr, 0, std::min(left, 5 + static_cast<int>(::getpid()) % 16));
    return 0;
}

int connect_to(int fd, const sockaddr_un& address, Deadline deadline) {
    for (;;) {
        if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
            errno == EISCONN)
            return 0;
        int error = errno;
        if (error == EINPROGRESS || error == EALREADY) error = wait_for(fd, POLLOUT, deadline);
        if (error == EAGAIN) error = pause_before_retry(deadline);
        if (error != 0 && error != EINTR) return error;
    }
}

int send_all(int fd, std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (const int error = wait_for(fd, POLLOUT, deadline)) return error;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/// Appends until `bytes` has `size`; EPIPE when the other side closes before.
int receive(int fd, std::string& bytes, std::size_t size, Deadline deadline) {
    char buffer[longest_text];
    while (bytes.size() < size) {
        if (const int error = wait_for(fd, POLLIN, deadline)) return error;
        const auto got = ::recv(fd, buffer, std::min(sizeof buffer, size - bytes.size()), 0);
        if (got == 0) return EPIPE;
        if (got > 0)
            bytes.append(buffer, static_cast<std::size_t>(got));
        else if (errno != EINTR && errno != EAGAIN)
            return errno;
    }
    return 0;
}

std::string explain(const char* step, int error) {
    if (error == ETIME) return std::string{step} + ": no answer in time";
    if (error == EPIPE) return std::string{step} + ": the daemon hung up";
    return std::string{step} + ": " + std::strerror(error);
}

}  // namespace

std::optional<Ack> hand_over(const std::string& socket, const Message& message, Deadline deadline,
                             std::string& problem) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.size() >= sizeof address.sun_path)
        return problem = "the path of the socket is too long: " + socket, std::nullopt;
    socket.copy(address.sun_path, socket.size());
    const Descriptor peer{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!peer) return problem = explain("socket", errno), std::nullopt;
    if (const int error = connect_to(peer.fd(), address, deadline))
        return problem = explain(("connect to " + socket).c_str(), error), std::nullopt;
    if (const int error = send_all(peer.fd(), encode(message), deadline))
        return problem = explain("send", error), std::nullopt;
    std::string bytes;
    if (const int error = receive(peer.fd(), bytes, ack_header_size, deadline))
        return problem = explain("acknowledgement", error), std::nullopt;
    const auto size = ack_size(bytes);
    if (!size) return problem = "the acknowledgement is garbage", std::nullopt;
    if (const int error = receive(peer.fd(), bytes, *size, deadline))
        return problem = explain("acknowledgement", error), std::nullopt;
    return decode_ack(bytes);
}

}  // namespace frugald::hook
