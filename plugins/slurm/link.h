#pragma once

#include <deque>
#include <memory>
#include <string>

#include "daemon/ports/event.h"
#include "plugins/slurm/wire.h"
#include "plugins/slurm/worker_process.h"

namespace frugald::slurm {

struct LinkSettings {
    std::filesystem::path program;
    std::string conf;
    /// How long after the end of a worker the next one is started: doubles from the first to the
    /// longest with every end that no good answer came before.
    std::chrono::milliseconds first_delay{1000};
    std::chrono::milliseconds longest_delay{30000};
};

/// Asks the worker, one request at a time, in the order of their coming. Starts it when needed,
/// kills it when it overruns. Never waits longer than the request's own deadline.
class WorkerLink {
public:
    WorkerLink(asio::io_context& loop, LinkSettings settings)
        : loop_(loop), settings_(std::move(settings)), idle_(loop) {}

    /// A Picture, Unchanged or Done; never an Error inside a Reply.
    asio::awaitable<Result<Reply>> ask(decltype(Request::what) what,
                                       std::chrono::milliseconds deadline);
    /// Everything under way ends with Fault::cancelled, the worker ends.
    asio::awaitable<void> stop();

private:
    struct Turn;
    using Process = std::shared_ptr<WorkerProcess>;

    asio::awaitable<bool> wait_for_turn(SteadyTime deadline);
    void pass_turn();
    asio::awaitable<Result<Reply>> ask_in_turn(decltype(Request::what) what, SteadyTime deadline);
    asio::awaitable<Result<Process>> running_worker();
    asio::awaitable<Result<Reply>> take_reply(Process process, Result<Reply> reply);
    asio::awaitable<void> give_up(Process process);
    Error failed(Error error);

    asio::io_context& loop_;
    const LinkSettings settings_;
    Process process_;
    Process hanging_;  // killed, but still there
    bool busy_ = false;
    std::deque<asio::steady_timer*> queue_;
    std::size_t asking_ = 0;
    Event idle_;
    bool stopping_ = false;
    int failures_ = 0;
    SteadyTime next_start_{};
    Error last_failure_;
};

}  // namespace frugald::slurm
