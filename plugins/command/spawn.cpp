#include "plugins/command/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace frugald::command {

namespace {

class Pipe {
public:
    Pipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        for (const int end : ends_)
            if (end >= 0) ::close(end);
    }
    bool good() const { return ends_[0] >= 0; }
    int writing() const { return ends_[1]; }
    /// The reading end, which is the caller's from now on.
    int take() {
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
        return std::exchange(ends_[0], -1);
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

class Files {
public:
    Files(const Pipe& output, const Pipe& errors) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, output.writing(), 1);
        posix_spawn_file_actions_adddup2(&actions_, errors.writing(), 2);
        posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
        posix_spawn_file_actions_addchdir_np(&actions_, "/");
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    ~Files() { posix_spawn_file_actions_destroy(&actions_); }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
};

class Attributes {
public:
    Attributes() {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_;
};

tl::unexpected<Error> cannot_start(const Program& program, std::string_view why) {
    return fail(Fault::unavailable, fmt::format("cannot start {}: {}", program.argv.front(), why));
}

/// The words to run: behind setpriv where it is another user's.
Result<std::vector<std::string>> words_of(const Program& program) {
    if (program.user.empty()) return program.argv;
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 16384> memory;
    ::getpwnam_r(program.user.c_str(), &entry, memory.data(), memory.size(), &found);
    if (!found) return cannot_start(program, fmt::format("no user '{}'", program.user));
    if (entry.pw_uid == ::geteuid()) return program.argv;
    std::vector<std::string> words{"/usr/bin/setpriv", fmt::format("--reuid={}", entry.pw_uid),
                                   fmt::format("--regid={}", entry.pw_gid), "--init-groups", "--"};
    words.insert(words.end(), program.argv.begin(), program.argv.end());
    return words;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (auto& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

/// Ends a program that cannot be watched.
void end(pid_t pid) {
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

}  // namespace

Result<Child> spawn(const Program& program) {
    auto words = words_of(program);
    if (!words) return tl::unexpected{words.error()};
    Pipe output, errors;
    if (!output.good() || !errors.good()) return cannot_start(program, std::strerror(errno));
    std::vector<std::string> variables{
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
        "/sbin:/bin",
        "LANG=C.UTF-8", "HOME=/", "FRUGALD_SOURCE=" + program.source};
    const Files files{output, errors};
    const Attributes attributes;
    Child child;
    const int error = posix_spawn(&child.pid, words->front().c_str(), files.get(), attributes.get(),
                                  pointers(*words).data(), pointers(variables).data());
    if (error != 0) return cannot_start(program, std::strerror(error));
    child.exit_fd = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
    if (child.exit_fd < 0) {
        const int why = errno;
        end(child.pid);
        return cannot_start(program, std::strerror(why));
    }
    child.output_fd = output.take();
    child.errors_fd = errors.take();
    return child;
}

}  // namespace frugald::command
