#include "tests/plugins/slurm/live/processes.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

bool is_installed(const std::string& program) {
    for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/usr/local/sbin/"})
        if (::access((folder + program).c_str(), X_OK) == 0) return true;
    return false;
}

/// `count` TCP ports in a row that nobody uses now.
int free_ports(int count) {
    std::random_device random;
    for (;;) {
        const int first = 18000 + static_cast<int>(random() % 900);
        bool free = true;
        for (int port = first; free && port < first + count; ++port) {
            const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(static_cast<std::uint16_t>(port));
            free = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
            ::close(fd);
        }
        if (free) return first;
    }
}

void end_program(pid_t& pid, int signal) {
    if (pid <= 0) return;
    ::kill(pid, SIGCONT);
    ::kill(pid, signal);
    for (int i = 0; i < 500 && ::waitpid(pid, nullptr, WNOHANG) == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    pid = 0;
}

pid_t start_program(std::vector<std::string> arguments, const std::filesystem::path& log) {
    const auto file = log.string();
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::close_range(3, ~0u, 0);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
}

std::string own_name() {
    const passwd* me = ::getpwuid(::geteuid());
    return me ? me->pw_name : "root";
}
