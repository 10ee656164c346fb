#include "daemon/hook/bytes.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "daemon/hook/descriptor.h"

namespace frugald::hook {

std::optional<std::string> read_all(int fd, std::size_t most) {
    struct stat status {};
    if (::fstat(fd, &status) < 0) return std::nullopt;
    if (!S_ISREG(status.st_mode)) return errno = EINVAL, std::nullopt;
    std::string bytes;
    char buffer[16384];
    for (;;) {
        const auto got = ::read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::nullopt;
        if (got == 0) return bytes;
        bytes.append(buffer, static_cast<std::size_t>(got));
        if (bytes.size() > most) return errno = EFBIG, std::nullopt;
    }
}

std::optional<std::string> read_file(const std::string& path, std::size_t most, bool follow_links) {
    // Without O_NONBLOCK the open of a named pipe would wait for its writer.
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
                                                   (follow_links ? 0 : O_NOFOLLOW))};
    if (!file) return std::nullopt;
    return read_all(file.fd(), most);
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto wrote = ::write(fd, bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

}  // namespace frugald::hook
