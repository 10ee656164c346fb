#include "plugins/modbus/connect.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace frugald::modbus {

namespace {

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// A look-up by the resolver's own threads. It cannot always be called back: what is still under
/// way when nobody waits any more keeps its memory.
struct LookUp {
    std::string host, port;
    addrinfo hints{};
    gaicb request{};
    gaicb* list[1] = {&request};
};

Result<Addresses> look_up(const std::string& host, std::uint16_t port, SteadyTime deadline,
                          Wake& wake) {
    auto look = std::make_unique<LookUp>();
    look->host = host;
    look->port = std::to_string(port);
    look->hints.ai_socktype = SOCK_STREAM;
    look->hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), look->port.c_str(), &look->hints, &found) == 0)
        return Addresses{found};
    look->hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    look->request.ar_name = look->host.c_str();
    look->request.ar_service = look->port.c_str();
    look->request.ar_request = &look->hints;
    if (::getaddrinfo_a(GAI_NOWAIT, look->list, 1, nullptr) != 0)
        return fail(Fault::unavailable, "the resolver cannot be asked");
    while (::gai_error(&look->request) == EAI_INPROGRESS) {
        if (wake.stopped() || std::chrono::steady_clock::now() >= deadline) {
            if (::gai_cancel(&look->request) == EAI_NOTCANCELED) static_cast<void>(look.release());
            return fail(wake.stopped() ? Fault::cancelled : Fault::timeout,
                        "its name could not be looked up in time");
        }
        const timespec moment{0, 20'000'000};
        ::gai_suspend(look->list, 1, &moment);
    }
    if (const int error = ::gai_error(&look->request); error != 0)
        return fail(Fault::unavailable, fmt::format("name look-up: {}", ::gai_strerror(error)));
    return Addresses{look->request.ar_result};
}

void set_options(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

/// 0, or the error number.
int finish_connect(int fd, const addrinfo& address, SteadyTime deadline, Wake& wake) {
    if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!wake.ready(fd, POLLOUT, deadline)) return wake.stopped() ? ECANCELED : ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

tl::unexpected<Error> refusal(int error) {
    if (error == ECANCELED) return fail(Fault::cancelled, "stopped");
    const auto fault = error == ETIMEDOUT ? Fault::timeout : Fault::unavailable;
    return fail(fault, fmt::format("no connection: {}", std::strerror(error)));
}

}  // namespace

Result<int> connect_to(const std::string& host, std::uint16_t port, SteadyTime deadline,
                       Wake& wake) {
    const auto addresses = look_up(host, port, deadline, wake);
    if (!addresses) return tl::unexpected{addresses.error()};
    int error = EADDRNOTAVAIL;
    for (const auto* one = addresses->get(); one; one = one->ai_next) {
        const int fd = ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            error = errno;
            continue;
        }
        // libmodbus waits with select(2), which knows no higher ones.
        error = fd < FD_SETSIZE ? finish_connect(fd, *one, deadline, wake) : EMFILE;
        if (error == 0) {
            set_options(fd);
            return fd;
        }
        ::close(fd);
    }
    return refusal(error);
}

}  // namespace frugald::modbus
