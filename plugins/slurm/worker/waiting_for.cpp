#include "plugins/slurm/worker/waiting_for.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <string_view>

namespace frugald::slurm {

namespace {

constexpr int first_descriptor = 4, last_descriptor = 255;  // 0 to 3 are the daemon's

std::string describe(const sockaddr_storage& peer) {
    char text[INET6_ADDRSTRLEN] = "";
    if (peer.ss_family == AF_INET) {
        const auto& address = reinterpret_cast<const sockaddr_in&>(peer);
        inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
        return fmt::format("slurmctld (at {}:{})", text, ntohs(address.sin_port));
    }
    const auto& address = reinterpret_cast<const sockaddr_in6&>(peer);
    inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
    return fmt::format("slurmctld (at [{}]:{})", text, ntohs(address.sin6_port));
}

/// Other local services (name service caches) keep sockets open too: only munge's counts.
std::optional<std::string> munge_behind(const sockaddr_storage& peer) {
    const std::string_view path = reinterpret_cast<const sockaddr_un&>(peer).sun_path;
    if (path.find("munge") == std::string_view::npos) return std::nullopt;
    return fmt::format("munged (at {})", path);
}

}  // namespace

std::string waiting_for() {
    std::string found = "slurmctld";
    for (int fd = first_descriptor; fd <= last_descriptor; ++fd) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer - 1;  // a path fills its place without a final zero
        if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        if (peer.ss_family == AF_UNIX) {
            if (auto munged = munge_behind(peer)) return *std::move(munged);
        } else if (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) {
            found = describe(peer);
        }
    }
    return found;
}

}  // namespace frugald::slurm
