#include "tests/plugins/ipmi/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace frugald::test {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Program::Program(const std::vector<std::string>& argv, const std::string& directory) {
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    std::array<int, 2> output{};
    if (::pipe2(output.data(), O_CLOEXEC) < 0) throw std::runtime_error("no pipe");
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent || ::chdir(directory.c_str()) < 0) ::_exit(127);
        const int null = ::open("/dev/null", O_RDONLY);
        ::dup2(null, 0);
        ::dup2(output[1], 1);
        ::dup2(output[1], 2);
        ::execvp(words[0], words.data());
        ::_exit(127);
    }
    ::close(output[1]);
    output_ = output[0];
}

Program::~Program() {
    end();
    ::close(output_);
}

bool Program::wait_for(const std::string& text) {
    const auto deadline = Clock::now() + 10s;
    std::string seen;
    while (Clock::now() < deadline) {
        pollfd wait{output_, POLLIN, 0};
        if (::poll(&wait, 1, 100) != 1) continue;
        std::array<char, 4096> piece{};
        const ssize_t size = ::read(output_, piece.data(), piece.size());
        if (size <= 0) return false;
        seen.append(piece.data(), static_cast<std::size_t>(size));
        if (seen.find(text) != std::string::npos) return true;
    }
    return false;
}

bool Program::finish() {
    int status = -1;
    if (pid_ < 0 || ::waitpid(pid_, &status, 0) != pid_) return false;
    pid_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void Program::end() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGTERM);
    const auto deadline = Clock::now() + 3s;
    while (Clock::now() < deadline) {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
            pid_ = -1;
            return;
        }
        std::this_thread::sleep_for(5ms);
    }
    kill();
}

void Program::kill() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

}  // namespace frugald::test
