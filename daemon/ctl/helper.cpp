#include "daemon/ctl/helper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace frugald::ctl {

namespace {

/// The program writes into `output` and has the signals that we block.
int spawn_program(pid_t& pid, const char* program, char* const* arguments, int output) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error = posix_spawn(&pid, program, &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

}  // namespace

Helper::Helper() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, &mask_before_);
    signal_fd_ = signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
}

Helper::~Helper() {
    if (output_ >= 0) close(output_);  // it may be waiting for us to read
    if (pid_ > 0) {
        kill(pid_, SIGTERM);
        finish();
    }
    if (signal_fd_ >= 0) close(signal_fd_);
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

bool Helper::spawn(const std::filesystem::path& program, std::vector<std::string>& arguments) {
    std::string name = program.string();
    std::vector<char*> argv{name.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2];
    if (signal_fd_ < 0 || pipe2(ends, O_CLOEXEC) != 0) return false;
    output_ = ends[0];
    const int error = spawn_program(pid_, name.c_str(), argv.data(), ends[1]);
    close(ends[1]);
    if (error != 0) pid_ = -1;
    errno = error;
    return error == 0;
}

Attempt<std::unique_ptr<Helper>> Helper::start(const std::filesystem::path& program,
                                               std::vector<std::string> arguments) {
    std::unique_ptr<Helper> helper{new Helper};
    if (helper->spawn(program, arguments)) return helper;
    return tl::unexpected(Failure{
        exit_some_failed, fmt::format("cannot start {}: {}; is frugald installed completely?",
                                      program.string(), std::strerror(errno))});
}

bool Helper::wait_for_output() {
    for (;;) {
        std::array<pollfd, 2> waiting{pollfd{output_, POLLIN, 0}, pollfd{signal_fd_, POLLIN, 0}};
        if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return false;
        if (waiting[1].revents != 0) {
            signalfd_siginfo signal{};
            if (read(signal_fd_, &signal, sizeof signal) == sizeof signal) {
                interrupted_ = true;
                kill(pid_, SIGTERM);
            }
        }
        if (waiting[0].revents != 0) return true;
    }
}

std::optional<std::string> Helper::next_line() {
    for (;;) {
        if (const auto end = pending_.find('\n'); end != pending_.npos) {
            std::string line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            return line;
        }
        std::array<char, 65536> bytes;
        if (!wait_for_output()) return std::nullopt;
        const ssize_t size = read(output_, bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return std::nullopt;
        pending_.append(bytes.data(), static_cast<std::size_t>(size));
    }
}

int Helper::finish() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::filesystem::path helper_path(const char* name) {
    std::error_code unknown;
    const auto near = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path() / name;
    return std::filesystem::exists(near, unknown)
               ? near
               : std::filesystem::path{FRUGALD_HELPER_DIRECTORY} / name;
}

}  // namespace frugald::ctl
