#include "plugins/slurm/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <thread>

#include "daemon/core/log.h"
#include "daemon/ports/event.h"
#include "plugins/slurm/printed.h"
#include "plugins/slurm/spawn.h"

namespace frugald::slurm {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_wait_for_end{2000};

/// Both ends of something, closed unless taken.
struct Ends {
    int fd[2] = {-1, -1};
    Ends() = default;
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;
    ~Ends() {
        for (const int end : fd)
            if (end >= 0) ::close(end);
    }
    int take(int which) { return std::exchange(fd[which], -1); }
};

tl::unexpected<Error> no_descriptors() {
    return fail(Fault::unavailable,
                fmt::format("cannot start frugald-slurm: {}", std::strerror(errno)));
}

}  // namespace

Result<std::shared_ptr<WorkerProcess>> WorkerProcess::start(asio::io_context& loop,
                                                            const std::filesystem::path& program,
                                                            const std::string& conf) {
    Ends channel, printed;
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel.fd) != 0)
        return no_descriptors();
    // Not blocking at either end: a flood of messages is cut short, it does not stop the worker.
    if (::pipe2(printed.fd, O_CLOEXEC | O_NONBLOCK) != 0) return no_descriptors();
    const auto pid = spawn_worker(program, conf, channel.fd[1], printed.fd[1]);
    if (!pid) return tl::unexpected{pid.error()};
    asio::local::stream_protocol::socket socket{loop};
    boost::system::error_code failed;
    socket.assign(asio::local::stream_protocol{}, channel.take(0), failed);
    log::debug("slurm: frugald-slurm started, process {}", *pid);
    return std::shared_ptr<WorkerProcess>{
        new WorkerProcess{std::move(socket), printed.take(0), *pid}};
}

WorkerProcess::~WorkerProcess() {
    if (!ended()) ::kill(pid_, SIGKILL);
    for (int i = 0; i < 100 && !ended(); ++i) std::this_thread::sleep_for(milliseconds{1});
    ::close(printed_fd_);
}

std::string WorkerProcess::printed() {
    std::string text;
    char part[4096];
    for (ssize_t size = 0; (size = ::read(printed_fd_, part, sizeof part)) > 0;)
        text.append(part, static_cast<std::size_t>(size));
    if (!text.empty()) log::write_lines(log::Priority::debug, text);
    return last_words(text);
}

bool WorkerProcess::ended() {
    if (ended_) return true;
    const pid_t found = ::waitpid(pid_, &status_, WNOHANG);
    // ECHILD: somebody ignores SIGCHLD, and the kernel has reaped it.
    ended_ = found == pid_ || (found < 0 && errno == ECHILD);
    return ended_;
}

std::string WorkerProcess::how() const {
    if (WIFSIGNALED(status_)) return fmt::format("signal {}", WTERMSIG(status_));
    return fmt::format("exit code {}", WEXITSTATUS(status_));
}

asio::awaitable<bool> WorkerProcess::end() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    if (!ended()) ::kill(pid_, SIGKILL);
    const auto give_up = std::chrono::steady_clock::now() + longest_wait_for_end;
    for (milliseconds wait{1}; !ended() && std::chrono::steady_clock::now() < give_up;
         wait = std::min(wait * 2, milliseconds{50}))
        co_await pause(wait);
    co_return ended();
}

}  // namespace frugald::slurm
