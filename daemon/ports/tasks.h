#pragma once

#include <list>

#include "daemon/ports/event.h"

namespace frugald {

/// The coroutines of one owner: started here, sleeping here, so that the owner can wake and
/// outlive all of them before it goes.
class Tasks {
public:
    explicit Tasks(asio::io_context& loop) : loop_(loop), ended_(loop) {}

    void spawn(asio::awaitable<void> task) {
        ++running_;
        auto count_down = [this](const std::exception_ptr& failure) {
            --running_;
            ended_.notify_all();
            if (failure) std::rethrow_exception(failure);
        };
        asio::co_spawn(loop_, std::move(task), std::move(count_down));
    }
    /// Sleeps; for one turn of the loop only once `wake_all` was called.
    asio::awaitable<void> nap(std::chrono::milliseconds length) {
        Timer timer{loop_, waking_ ? std::chrono::milliseconds{1} : length};
        const auto mine = sleeping_.insert(sleeping_.end(), &timer);
        boost::system::error_code cancelled;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        sleeping_.erase(mine);
    }
    void wake_all() {
        waking_ = true;
        for (auto* timer : sleeping_) timer->cancel();
    }
    /// Returns when the last task has ended.
    asio::awaitable<void> all_ended() {
        while (running_ > 0) co_await ended_.wait();
    }

private:
    asio::io_context& loop_;
    Event ended_;
    std::list<Timer*> sleeping_;
    std::size_t running_ = 0;
    bool waking_ = false;
};

}  // namespace frugald
