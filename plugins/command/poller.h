#pragma once

#include <memory>
#include <string_view>

#include "daemon/ports/source.h"
#include "plugins/command/config.h"
#include "plugins/command/document.h"
#include "plugins/command/running.h"
#include "plugins/command/slots.h"

namespace frugald::command {

/// Runs one source's program again and again, never twice at a time. Lives on the loop thread;
/// everything it is given outlives it.
class Poller {
public:
    Poller(const SourceConfig& config, asio::io_context& loop, asio::thread_pool& workers,
           Slots& slots);

    /// The first run after `first`; returns once `stop` was called.
    asio::awaitable<void> run(std::chrono::milliseconds first, ObservationSink& sink);
    /// Ends a sleep.
    void wake();
    /// Kills what runs.
    void stop();
    const std::string& name() const { return config_.name; }

private:
    asio::awaitable<void> sleep_until(SteadyTime at);
    asio::awaitable<void> poll(ObservationSink& sink);
    asio::awaitable<Result<Document>> read();
    asio::awaitable<Result<std::string>> output();
    asio::awaitable<Result<std::string>> finish();
    Error failure(const Error& error) const;

    const SourceConfig& config_;
    asio::io_context& loop_;
    asio::thread_pool& workers_;
    Slots& slots_;
    asio::steady_timer timer_;
    std::shared_ptr<Running> running_;  // also one that was killed and has not ended
    bool sleeping_ = false;
    bool stopped_ = false;
};

}  // namespace frugald::command
