#include "plugins/slurm/worker/channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "plugins/slurm/wire.h"

namespace frugald::slurm {

namespace {

bool read_exactly(char* to, std::size_t size) {
    while (size > 0) {
        const ssize_t count = ::recv(daemon_fd, to, size, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        to += count;
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

}  // namespace

bool receive(std::string& rest) {
    char head[frame_head];
    if (!read_exactly(head, sizeof head)) return false;
    const auto size = frame_size({head, sizeof head});
    if (!size) return false;
    rest.resize(*size);
    return read_exactly(rest.data(), rest.size());
}

bool send(std::string_view frame) {
    while (!frame.empty()) {
        const ssize_t count = ::send(daemon_fd, frame.data(), frame.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        frame.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace frugald::slurm
