#include "daemon/hook/spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "daemon/hook/bytes.h"
#include "daemon/hook/descriptor.h"

namespace frugald::hook {

namespace {

constexpr std::string_view suffix = ".msg";

/// "001795247216123-0000004711-1f2e3d4c.msg": by time, then told apart by process and chance.
std::string fresh_name(std::int64_t called_at_ms) {
    std::uint32_t chance = 0;
    [[maybe_unused]] const auto got = ::getrandom(&chance, sizeof chance, GRND_NONBLOCK);
    char name[64];
    std::snprintf(name, sizeof name, "%015lld-%010d-%08x", static_cast<long long>(called_at_ms),
                  static_cast<int>(::getpid()), static_cast<unsigned>(chance));
    return std::string{name}.append(suffix);
}

std::string because(const std::string& what) { return what + ": " + std::strerror(errno); }

bool write_whole(int directory, const std::string& name, std::string_view bytes) {
    // The daemon is another user; node names are no secret.
    const Descriptor file{
        ::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
    return file && ::fchmod(file.fd(), 0644) == 0 && write_all(file.fd(), bytes) &&
           ::fsync(file.fd()) == 0;
}

Descriptor open_directory(const std::string& directory) {
    return Descriptor{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

}  // namespace

std::optional<std::string> spool_write(const std::string& directory, const Message& message,
                                       std::string& problem) {
    const auto in = open_directory(directory);
    if (!in) return problem = because("cannot open spool " + directory), std::nullopt;
    const auto name = fresh_name(message.called_at_ms);
    const auto unfinished = '.' + name;
    if (write_whole(in.fd(), unfinished, encode(message)) &&
        ::renameat(in.fd(), unfinished.c_str(), in.fd(), name.c_str()) == 0 &&
        ::fsync(in.fd()) == 0)
        return name;
    problem = because("cannot write to spool " + directory);
    ::unlinkat(in.fd(), unfinished.c_str(), 0);
    return std::nullopt;
}

std::optional<std::vector<Spooled>> spool_list(const std::string& directory, std::string& problem) {
    const std::unique_ptr<DIR, int (*)(DIR*)> entries{::opendir(directory.c_str()), ::closedir};
    if (!entries) return problem = because("cannot open spool " + directory), std::nullopt;
    std::vector<Spooled> found;
    while (const dirent* entry = ::readdir(entries.get())) {
        const std::string name = entry->d_name;
        struct stat status {};
        if (name.starts_with('.') || !name.ends_with(suffix) ||
            ::fstatat(::dirfd(entries.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0 ||
            !S_ISREG(status.st_mode))
            continue;
        found.push_back({name, status.st_uid});
    }
    std::ranges::sort(found, {}, &Spooled::name);
    return found;
}

std::optional<Message> spool_read(const std::string& directory, const Spooled& entry,
                                  std::string& problem) {
    const auto path = directory + '/' + entry.name;
    const auto bytes = read_file(path, header_size + longest_nodes + longest_file, false);
    if (!bytes) return problem = because("cannot read " + path), std::nullopt;
    auto message = decode_message(*bytes);
    if (!message) problem = path + " is not a hook's message";
    return message;
}

bool spool_remove(const std::string& directory, const Spooled& entry, std::string& problem) {
    const auto path = directory + '/' + entry.name;
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return true;
    problem = because("cannot remove " + path);
    return false;
}

}  // namespace frugald::hook
