// A simulated machine: runs a command while the power is on and takes everything that it started
// along when the power goes.
//   frugald-room-machine --parent PID [--boot S] [--shutdown S] [--no-boot] -- COMMAND ARG...
//   SIGTERM: orderly shutdown: TERM to the command, what is left after --shutdown is killed
//   SIGUSR1: power cut: every descendant is killed at once; also when the parent dies
#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Seconds = std::chrono::duration<double>;
using Clock = std::chrono::steady_clock;

struct Options {
    pid_t parent = 0;
    Seconds boot{0};
    Seconds shutdown{5};
    bool boots = true;
    char** command = nullptr;
};

/// Command null: misused.
Options read_options(char** arguments) {
    Options options;
    for (char** word = arguments + 1; *word != nullptr; ++word) {
        const std::string_view name = *word;
        if (name == "--") {
            options.command = word[1] != nullptr ? word + 1 : nullptr;
            break;
        }
        if (name == "--no-boot") {
            options.boots = false;
            continue;
        }
        if (word[1] == nullptr) break;
        const double value = std::strtod(*++word, nullptr);
        if (name == "--parent") options.parent = static_cast<pid_t>(value);
        if (name == "--boot") options.boot = Seconds(value);
        if (name == "--shutdown") options.shutdown = Seconds(value);
    }
    return options;
}

/// Parent of a process that is no zombie; 0 if there is none.
pid_t parent_of(const char* process) {
    const std::string path = std::string("/proc/") + process + "/stat";
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    std::array<char, 1024> text{};
    const ssize_t size = read(fd, text.data(), text.size() - 1);
    close(fd);
    // the command's name may hold anything, parentheses too
    const char* name_end = size > 0 ? std::strrchr(text.data(), ')') : nullptr;
    char state = 'Z';
    pid_t parent = 0;
    if (name_end == nullptr || std::sscanf(name_end + 1, " %c %d", &state, &parent) != 2) return 0;
    return state == 'Z' ? 0 : parent;
}

std::vector<pid_t> descendants() {
    std::multimap<pid_t, pid_t> children;
    DIR* directory = opendir("/proc");
    if (directory == nullptr) return {};
    while (const dirent* entry = readdir(directory)) {
        const pid_t process = std::atoi(entry->d_name);
        if (process <= 0) continue;
        if (const pid_t parent = parent_of(entry->d_name); parent > 0)
            children.emplace(parent, process);
    }
    closedir(directory);
    std::vector<pid_t> found{getpid()};
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto [first, last] = children.equal_range(found[i]);
        for (auto child = first; child != last; ++child) found.push_back(child->second);
    }
    found.erase(found.begin());
    return found;
}

void reap(pid_t& command) {
    pid_t ended = 0;
    while ((ended = waitpid(-1, nullptr, WNOHANG)) > 0)
        if (ended == command) command = 0;
}

/// Again and again until none is left: a process that is being killed may still fork.
void cut_power() {
    constexpr std::chrono::milliseconds pause{2};
    pid_t ignored = 0;
    while (true) {
        const std::vector<pid_t> all = descendants();
        for (const pid_t process : all) kill(process, SIGKILL);
        reap(ignored);
        if (all.empty()) return;
        std::this_thread::sleep_for(pause);
    }
}

sigset_t awaited_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGUSR1, SIGINT, SIGCHLD}) sigaddset(&set, signal);
    return set;
}

/// The signal, or 0 when the time is over.
int wait_for_signal(const sigset_t& set, Seconds patience) {
    const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
    while (true) {
        const auto left = std::max(Clock::duration::zero(), deadline - Clock::now());
        const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
        const timespec time{whole.count(), std::chrono::nanoseconds(left - whole).count()};
        const int signal = sigtimedwait(&set, nullptr, &time);
        if (signal > 0) return signal;
        if (left == Clock::duration::zero()) return 0;
    }
}

/// The command with a clean slate: own session, no blocked signals, dead when we are.
pid_t start(char** command) {
    const pid_t process = fork();
    if (process != 0) return process;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(command[0], command);
    std::fprintf(stderr, "frugald-room-machine: %s: %s\n", command[0], std::strerror(errno));
    _exit(127);
}

void shut_down(const sigset_t& set, pid_t command, Seconds patience) {
    if (command > 0) kill(command, SIGTERM);
    const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
    while (command > 0 && Clock::now() < deadline) {
        const int signal = wait_for_signal(set, deadline - Clock::now());
        if (signal == SIGUSR1 || signal == SIGINT) return;
        reap(command);
    }
}

/// Returns when the power has to go.
void run(const Options& options, const sigset_t& set) {
    const auto booted = Clock::now() + std::chrono::duration_cast<Clock::duration>(options.boot);
    while (options.boots && Clock::now() < booted) {
        const int signal = wait_for_signal(set, booted - Clock::now());
        if (signal != 0 && signal != SIGCHLD) return;
    }
    pid_t command = options.boots ? start(options.command) : 0;
    while (true) {
        int signal = 0;
        sigwait(&set, &signal);
        if (signal == SIGTERM) return shut_down(set, command, options.shutdown);
        if (signal != SIGCHLD) return;
        reap(command);  // the power stays on when the command ends
    }
}

}  // namespace

int main(int, char** arguments) {
    const Options options = read_options(arguments);
    if (options.command == nullptr) {
        std::fprintf(stderr,
                     "usage: frugald-room-machine --parent PID [--boot S] [--shutdown S] "
                     "[--no-boot] -- COMMAND...\n");
        return 2;
    }
    const sigset_t set = awaited_signals();
    sigprocmask(SIG_BLOCK, &set, nullptr);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    if (options.parent != 0 && getppid() != options.parent) return 0;
    run(options, set);
    cut_power();
    return 0;
}
