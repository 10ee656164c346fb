#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ports/plugin.h"

/// The plugin on a loop of its own, as the daemon has it, driven from a test's thread.
class Driver {
public:
    using View = std::shared_ptr<const frugald::SchedulerView>;

    Driver(const std::string& conf, std::chrono::seconds deadline);
    ~Driver();

    frugald::Result<View> read();
    frugald::Result<void> command(frugald::SchedulerCommand what, std::vector<std::string> nodes,
                                  std::string reason = {});
    frugald::Result<void> comment(frugald::JobComment what);
    /// Reads until `good` says yes; nothing after `limit`.
    View read_until(const std::function<bool(const frugald::SchedulerView&)>& good,
                    std::chrono::seconds limit = std::chrono::seconds{40});

    /// The longest that a timer of the loop came too late since the last call of this, beyond
    /// what a thread that does nothing else suffered on this machine meanwhile.
    std::chrono::milliseconds worst_delay();

private:
    void run(frugald::asio::awaitable<void> job);

    frugald::asio::io_context loop_;
    frugald::asio::thread_pool workers_{1};
    std::unique_ptr<frugald::Module> module_;
    std::chrono::nanoseconds loops_worst_{0};
    std::chrono::nanoseconds machines_worst_{0};
};
