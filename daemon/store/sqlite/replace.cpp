#include "daemon/store/sqlite/replace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/core/clock.h"

namespace frugald {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot(const char* what, const fs::path& file, const std::string& why) {
    return fail(Fault::unavailable,
                fmt::format("cannot {} {}: {}; check owner and mode of its directory", what,
                            file.string(), why));
}

fs::path with(const fs::path& file, const char* suffix) { return file.string() + suffix; }

/// A name that is not taken.
fs::path aside_name(const fs::path& file) {
    auto at_ms = to_unix_ms(Instant::now().wall);
    const auto name = [&] { return fmt::format("{}.damaged-{}", file.string(), at_ms); };
    std::error_code none;
    while (fs::exists(name(), none) || fs::exists(name() + "-wal", none)) ++at_ms;
    return name();
}

/// The log belongs to the file: neither may meet another file of that name.
Result<void> rename_all(const fs::path& from, const fs::path& to) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code error;
        if (!fs::exists(fs::symlink_status(with(from, suffix), error))) continue;
        fs::rename(with(from, suffix), with(to, suffix), error);
        if (error) return cannot("rename", with(from, suffix), error.message());
    }
    return sync_directory(from.parent_path());
}

}  // namespace

Result<void> sync_directory(const fs::path& directory) {
    const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return cannot("open", directory, std::strerror(errno));
    const bool synced = ::fsync(handle) == 0;
    const int error = errno;
    ::close(handle);
    if (!synced) return cannot("sync", directory, std::strerror(error));
    return {};
}

Result<fs::path> set_aside(const fs::path& file) {
    const auto aside = aside_name(file);
    if (auto done = rename_all(file, aside); !done) return tl::unexpected(done.error());
    return aside;
}

fs::path replacement_of(const fs::path& file) { return with(file, ".new"); }

Result<void> begin_replacement(const fs::path& file) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::error_code error;
        fs::remove(with(replacement_of(file), suffix), error);
        if (error) return cannot("delete", with(replacement_of(file), suffix), error.message());
    }
    return {};
}

Result<fs::path> replace_file(const fs::path& file) {
    auto aside = set_aside(file);
    if (!aside) return aside;
    if (auto done = finish_replacement(file); !done) return tl::unexpected(done.error());
    return aside;
}

Result<void> finish_replacement(const fs::path& file) {
    std::error_code error;
    const auto made = replacement_of(file);
    if (fs::exists(file, error) || !fs::exists(made, error)) return {};
    // What is left of the damaged file, if a crash came while it was renamed.
    if (auto done = rename_all(file, aside_name(file)); !done) return done;
    fs::rename(made, file, error);
    if (error) return cannot("rename", made, error.message());
    return sync_directory(file.parent_path());
}

}  // namespace frugald
