#pragma once

#include <memory>
#include <vector>

#include "daemon/ports/event.h"

namespace frugald {

/// Runs all of them at once on the loop and returns when the last has ended.
inline asio::awaitable<void> all_of(asio::io_context& loop,
                                    std::vector<asio::awaitable<void>> jobs) {
    struct Progress {
        explicit Progress(asio::io_context& on) : ended(on) {}
        std::size_t running = 0;
        Event ended;
    };
    const auto progress = std::make_shared<Progress>(loop);
    progress->running = jobs.size();
    for (auto& job : jobs) {
        auto count_down = [progress](const std::exception_ptr&) {
            if (--progress->running == 0) progress->ended.notify_all();
        };
        asio::co_spawn(loop, std::move(job), std::move(count_down));
    }
    while (progress->running > 0) co_await progress->ended.wait();
}

}  // namespace frugald
