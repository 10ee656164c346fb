#include "plugins/slurm/link.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"
#include "plugins/slurm/exchange.h"

namespace frugald::slurm {

namespace {

using std::chrono::milliseconds;

SteadyTime now() { return std::chrono::steady_clock::now(); }

/// The worker gives up a little before we kill it: it can say what it was waiting for.
milliseconds limit_until(SteadyTime deadline) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - now());
    return std::max(left - std::min(left / 4, milliseconds{1000}), milliseconds{1});
}

tl::unexpected<Error> stopping() { return fail(Fault::cancelled, "frugald is stopping"); }

}  // namespace

/// Passes the turn on and counts the request out, however the coroutine ends.
struct WorkerLink::Turn {
    WorkerLink& link;
    bool taken = false;
    explicit Turn(WorkerLink& of) : link(of) { ++link.asking_; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        if (taken) link.pass_turn();
        if (--link.asking_ == 0) link.idle_.notify_all();
    }
};

asio::awaitable<bool> WorkerLink::wait_for_turn(SteadyTime deadline) {
    while (busy_ && !stopping_ && now() < deadline) {
        asio::steady_timer timer{loop_, deadline};
        queue_.push_back(&timer);
        boost::system::error_code woken;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        std::erase(queue_, &timer);
    }
    const bool free = !busy_ && !stopping_;
    if (free) busy_ = true;
    co_return free;
}

void WorkerLink::pass_turn() {
    busy_ = false;
    if (!queue_.empty()) queue_.front()->cancel();
}

asio::awaitable<Result<Reply>> WorkerLink::ask(decltype(Request::what) what,
                                               milliseconds deadline) {
    const auto until = now() + deadline;
    Turn turn{*this};
    turn.taken = co_await wait_for_turn(until);
    if (stopping_) co_return stopping();
    if (!turn.taken) {
        auto text =
            fmt::format("no turn to ask Slurm within {}: the request before still waits", deadline);
        co_return fail(Fault::timeout, std::move(text));
    }
    auto reply = co_await ask_in_turn(std::move(what), until);
    if (stopping_) co_return stopping();
    co_return reply;
}

asio::awaitable<Result<Reply>> WorkerLink::ask_in_turn(decltype(Request::what) what,
                                                       SteadyTime deadline) {
    const auto worker = co_await running_worker();
    if (!worker) co_return tl::unexpected{worker.error()};
    Request request;
    request.limit = limit_until(deadline);
    request.what = std::move(what);
    auto reply = co_await exchange(loop_, *worker, std::move(request), deadline);
    co_return co_await take_reply(*worker, std::move(reply));
}

asio::awaitable<Result<WorkerLink::Process>> WorkerLink::running_worker() {
    if (process_ && !process_->ended()) co_return process_;
    if (process_) co_await give_up(std::exchange(process_, nullptr));
    if (hanging_ && !hanging_->ended()) {
        auto text = fmt::format(
            "frugald-slurm (process {}) was killed but does not end: does a "
            "file system hang, the one of {}?",
            hanging_->pid(), settings_.conf);
        co_return fail(Fault::unavailable, std::move(text));
    }
    hanging_.reset();
    if (now() < next_start_) co_return tl::unexpected{last_failure_};
    auto started = WorkerProcess::start(loop_, settings_.program, settings_.conf);
    if (!started) co_return tl::unexpected{failed(started.error())};
    process_ = *started;
    co_return process_;
}

/// What came, as the caller sees it; a worker that is of no more use is ended.
asio::awaitable<Result<Reply>> WorkerLink::take_reply(Process process, Result<Reply> reply) {
    if (!reply) {
        co_await give_up(process);
        auto error = reply.error();
        if (error.fault == Fault::unavailable && process->ended())
            error.text = fmt::format("libslurm has ended frugald-slurm ({})", process->how());
        if (const auto words = process->printed(); !words.empty()) error.text += ": " + words;
        co_return tl::unexpected{failed(std::move(error))};
    }
    const auto words = process->printed();
    auto* refused = std::get_if<Error>(&*reply);
    if (!refused) {
        failures_ = 0;
        co_return reply;
    }
    // After an overrun the worker ends by itself; another one is as good as new.
    if (refused->fault == Fault::timeout || refused->fault == Fault::unparsable)
        co_await give_up(process);
    if (!words.empty()) refused->text += "; libslurm: " + words;
    co_return tl::unexpected{*refused};
}

asio::awaitable<void> WorkerLink::give_up(Process process) {
    if (process_ == process) process_.reset();
    const bool gone = co_await process->end();
    if (!gone) hanging_ = process;
}

Error WorkerLink::failed(Error error) {
    const auto doublings = std::min(failures_++, 10);
    const auto delay = std::min(settings_.first_delay * (1 << doublings), settings_.longest_delay);
    next_start_ = now() + delay;
    last_failure_ = error;
    return error;
}

asio::awaitable<void> WorkerLink::stop() {
    stopping_ = true;
    for (auto* waiting : queue_) waiting->cancel();
    if (process_) co_await give_up(std::exchange(process_, nullptr));
    while (asking_ > 0) co_await idle_.wait();
}

}  // namespace frugald::slurm
