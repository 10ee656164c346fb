#include "daemon/store/state_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace frugald {

namespace {

tl::unexpected<Error> cannot_use(const std::filesystem::path& directory) {
    const std::string why = std::strerror(errno);
    return fail(
        Fault::unavailable,
        fmt::format("cannot use the state directory {}: {}; make it a directory that uid {} "
                    "may write to, or set state_directory in [daemon]",
                    directory.string(), why, ::geteuid()));
}

std::string holder(int lock) {
    char text[32] = {};
    const auto got = ::pread(lock, text, sizeof text - 1, 0);
    return got > 0 ? fmt::format("pid {}", std::atol(text)) : "unknown pid";
}

}  // namespace

const char* network_file_system(long magic) {
    // linux/magic.h, and the file systems' own headers.
    switch (static_cast<unsigned long>(magic) & 0xffffffffUL) {
        case 0x00006969:
            return "NFS";
        case 0x0000517b:
        case 0xfe534d42:
        case 0xff534d42:
            return "SMB";
        case 0x5346414f:
            return "AFS";
        case 0x00c36400:
            return "Ceph";
        case 0x0bd00bd0:
            return "Lustre";
        case 0x47504653:
            return "GPFS";
        case 0x19830326:
            return "BeeGFS";
        default:
            return nullptr;
    }
}

std::uint64_t free_bytes(const std::filesystem::path& directory) {
    struct statvfs status {};
    if (::statvfs(directory.c_str(), &status) != 0) return 0;
    return std::uint64_t{status.f_bavail} * status.f_frsize;
}

std::uint64_t capacity_bytes(const std::filesystem::path& directory) {
    struct statvfs status {};
    if (::statvfs(directory.c_str(), &status) != 0) return 0;
    return std::uint64_t{status.f_blocks} * status.f_frsize;
}

Result<StateDirectory> StateDirectory::claim(const std::filesystem::path& directory) {
    if (::mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST) return cannot_use(directory);
    struct statfs status {};
    if (::statfs(directory.c_str(), &status) != 0) return cannot_use(directory);
    if (const char* kind = network_file_system(status.f_type))
        return fail(
            Fault::unavailable,
            fmt::format("the state directory {} is on {}, where a database is not safe; set "
                        "state_directory in [daemon] to a local disk",
                        directory.string(), kind));
    const auto file = directory / "lock";
    const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (lock < 0) return cannot_use(directory);
    StateDirectory claimed{lock};
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return cannot_use(directory);
        return fail(Fault::unavailable,
                    fmt::format("another frugald ({}) uses the state directory {}; stop it first",
                                holder(lock), directory.string()));
    }
    const auto pid = fmt::format("{}\n", ::getpid());
    // The number is only for people; a full disk must not keep frugald from starting.
    if (::ftruncate(lock, 0) == 0) [[maybe_unused]]
        const auto wrote = ::pwrite(lock, pid.data(), pid.size(), 0);
    return claimed;
}

StateDirectory::~StateDirectory() {
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace frugald
