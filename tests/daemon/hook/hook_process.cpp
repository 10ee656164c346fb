#include "tests/daemon/hook/hook_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

void install_hook(const std::filesystem::path& directory) {
    for (const auto* verb : {"suspend", "resume", "resume-fail", "resume_fail", "resumefail", "x"})
        std::filesystem::create_symlink(FRUGALD_HOOK, directory / verb);
    std::filesystem::create_directory(directory / "spool");
    std::ofstream{directory / "hook.conf"}
        << "# of a test\nsocket=" << (directory / "socket").string()
        << "\nspool=" << (directory / "spool").string() << "\n";
}

HookProcess::HookProcess(const std::filesystem::path& directory, const Start& start) {
    const std::string program = directory / start.verb;
    std::vector<std::string> words{start.verb};  // the bare name
    words.insert(words.end(), start.arguments.begin(), start.arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::string variable = "SLURM_RESUME_FILE=" + start.resume_file;
    char* environment[] = {start.resume_file.empty() ? nullptr : variable.data(), nullptr};

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    int ends[2] = {-1, -1};
    if (start.keep_stderr && ::pipe2(ends, O_CLOEXEC) == 0)
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    for (int fd = 0; fd < (start.keep_stderr ? 2 : 3); ++fd)
        ::posix_spawn_file_actions_addclose(&actions, fd);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t all;
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    started_ = std::chrono::steady_clock::now();
    if (::posix_spawn(&pid_, program.c_str(), &actions, &attributes, argv.data(), environment) != 0)
        pid_ = -1;
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (ends[1] >= 0) ::close(ends[1]);
    errors_ = ends[0];
}

HookProcess::~HookProcess() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    if (errors_ >= 0) ::close(errors_);
}

int HookProcess::wait() {
    if (pid_ <= 0) return -1;
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    pollfd ended{handle, POLLIN, 0};
    const bool in_time = ::poll(&ended, 1, 20000) == 1;
    ::close(handle);
    took_ = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                  started_);
    if (!in_time) return -1;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string HookProcess::errors() {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; errors_ >= 0 && (got = ::read(errors_, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    return text;
}
