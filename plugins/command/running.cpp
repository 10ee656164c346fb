#include "plugins/command/running.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "daemon/core/printable.h"

namespace frugald::command {

namespace {

using namespace std::chrono_literals;
constexpr std::size_t most_errors = 4096;
constexpr auto longest_wait_for_end = 1500ms;

/// Appends what is there; false at the end of the file.
bool read_some(int fd, std::string& text) {
    std::array<char, 65536> part;
    const auto size = ::read(fd, part.data(), part.size());
    if (size > 0) text.append(part.data(), static_cast<std::size_t>(size));
    return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

}  // namespace

std::shared_ptr<Running> Running::watch(asio::io_context& loop, const Child& child) {
    const std::shared_ptr<Running> running{new Running{loop, child}};
    running->expect_output();
    running->expect_errors();
    running->expect_exit();
    return running;
}

Running::Running(asio::io_context& loop, const Child& child)
    : pid_(child.pid),
      exit_(loop, child.exit_fd),
      output_pipe_(loop, child.output_fd),
      errors_pipe_(loop, child.errors_fd),
      timer_(loop) {}

Running::~Running() {
    if (!collected_) ::kill(-pid_, SIGKILL);
    static_cast<void>(ended());
}

void Running::expect_output() {
    auto ready = [weak = weak_from_this()](boost::system::error_code failed) {
        const auto self = weak.lock();
        if (!failed && self && self->read_output()) self->expect_output();
    };
    output_pipe_.async_wait(Descriptor::wait_read, std::move(ready));
}

void Running::expect_errors() {
    auto ready = [weak = weak_from_this()](boost::system::error_code failed) {
        const auto self = weak.lock();
        if (!failed && self && self->read_errors()) self->expect_errors();
    };
    errors_pipe_.async_wait(Descriptor::wait_read, std::move(ready));
}

void Running::expect_exit() {
    auto ready = [weak = weak_from_this()](boost::system::error_code failed) {
        const auto self = weak.lock();
        if (failed || !self) return;
        self->exited_ = true;
        self->timer_.cancel();
    };
    exit_.async_wait(Descriptor::wait_read, std::move(ready));
}

bool Running::read_output() {
    const bool more = read_some(output_pipe_.native_handle(), output_) && !printed_too_much();
    if (printed_too_much()) timer_.cancel();
    return more;
}

bool Running::read_errors() {
    const bool more = read_some(errors_pipe_.native_handle(), errors_);
    if (errors_.size() > most_errors) errors_.erase(0, errors_.size() - most_errors);
    return more;
}

void Running::stop() {
    stopped_ = true;
    timer_.cancel();
}

asio::awaitable<void> Running::wait(SteadyTime deadline) {
    while (!exited_ && !stopped_ && !printed_too_much() && steady_now() < deadline) {
        timer_.expires_at(deadline);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    // What it printed last may still be in the pipe, and somebody who escaped hold it open.
    for (std::size_t before = output_.size() + 1; exited_ && before != output_.size();) {
        before = output_.size();
        if (!printed_too_much()) read_some(output_pipe_.native_handle(), output_);
    }
    if (exited_) read_errors();
}

asio::awaitable<bool> Running::kill() {
    // Before the program is collected: until then its number belongs to nobody else.
    if (!collected_) ::kill(-pid_, SIGKILL);
    const auto give_up = steady_now() + longest_wait_for_end;
    while (!exited_ && steady_now() < give_up) {
        timer_.expires_at(give_up);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    co_return ended();
}

bool Running::ended() {
    if (collected_) return true;
    const pid_t found = ::waitpid(pid_, &status_, WNOHANG);
    // ECHILD: somebody ignores SIGCHLD, and the kernel has collected it.
    collected_ = found == pid_ || (found < 0 && errno == ECHILD);
    return collected_;
}

std::string Running::how() const {
    if (WIFSIGNALED(status_)) return fmt::format("signal {}", WTERMSIG(status_));
    if (WEXITSTATUS(status_) != 0) return fmt::format("exit code {}", WEXITSTATUS(status_));
    return {};
}

std::string Running::complaint() const {
    auto end = errors_.find_last_not_of(" \t\r\n");
    if (end == errors_.npos) return {};
    const auto begin = errors_.find_last_of('\n', end);
    const auto from = begin == errors_.npos ? 0 : begin + 1;
    return printable(std::string_view{errors_}.substr(from, end + 1 - from), 200);
}

}  // namespace frugald::command
