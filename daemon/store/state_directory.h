#pragma once

#include <filesystem>
#include <string>

#include "daemon/core/result.h"

namespace frugald {

/// The directory of the databases, held by one process at a time (flock on its file `lock`, so the
/// kernel gives it up when the process dies, however it dies).
class StateDirectory {
public:
    /// Creates the directory if its parents exist. Fault::unavailable, with the remedy, when it
    /// cannot be written, is on a network file system, or another process holds it.
    static Result<StateDirectory> claim(const std::filesystem::path& directory);

    StateDirectory(StateDirectory&& other) noexcept : lock_(other.lock_) { other.lock_ = -1; }
    StateDirectory& operator=(StateDirectory&&) = delete;
    ~StateDirectory();

private:
    explicit StateDirectory(int lock) : lock_(lock) {}
    int lock_;
};

/// The name of the network file system with this statfs(2) magic, or null for any other. SQLite's
/// WAL needs memory that all users of a file share, which these do not offer between machines.
const char* network_file_system(long magic);

/// Bytes an unprivileged process may still write there; 0 when that is not known.
std::uint64_t free_bytes(const std::filesystem::path& directory);
/// Of the whole file system; 0 when that is not known.
std::uint64_t capacity_bytes(const std::filesystem::path& directory);

}  // namespace frugald
