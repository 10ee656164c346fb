#include "daemon/config/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace frugald {

namespace {

struct Descriptor {
    int fd = -1;
    explicit Descriptor(int opened) : fd(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

tl::unexpected<Error> cannot_read(const std::filesystem::path& path) {
    return fail(Fault::unavailable,
                fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
}

}  // namespace

Result<std::string> read_regular_file(const std::filesystem::path& path, std::size_t most,
                                      const FileCheck& check) {
    // Without O_NONBLOCK the open of a named pipe would wait for its writer.
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    struct stat status {};
    if (file.fd < 0 || ::fstat(file.fd, &status) < 0) return cannot_read(path);
    if (!S_ISREG(status.st_mode))
        return fail(Fault::invalid, fmt::format("{} is not a regular file", path.string()));
    if (check)
        if (const auto accepted = check(status); !accepted) return tl::unexpected(accepted.error());
    std::string content(most + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const auto got = ::read(file.fd, content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return cannot_read(path);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > most)
        return fail(Fault::invalid, fmt::format("{} is longer than {} bytes", path.string(), most));
    content.resize(size);
    return content;
}

}  // namespace frugald
