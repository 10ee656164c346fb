#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <string>

#include "daemon/core/clock.h"
#include "daemon/ports/asio.h"
#include "plugins/command/spawn.h"

namespace frugald::command {

/// A program that runs, and what it has printed so far. Lives on the loop thread; whatever happens,
/// its process group is killed when this goes.
class Running : public std::enable_shared_from_this<Running> {
public:
    static constexpr std::size_t most_output = 1024 * 1024;

    static std::shared_ptr<Running> watch(asio::io_context& loop, const Child& child);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    /// Until it has ended, has printed too much, is to stop, or until `deadline`.
    asio::awaitable<void> wait(SteadyTime deadline);
    /// Ends `wait`, now or later.
    void stop();
    /// Kills the group: the program, if it still runs, and what it has left behind. Then waits for
    /// the program's end; true if it came soon.
    asio::awaitable<bool> kill();

    /// Whether `wait` saw it end.
    bool exited() const { return exited_; }
    /// Whether it is gone for good.
    bool ended();
    bool printed_too_much() const { return output_.size() > most_output; }
    bool stopped() const { return stopped_; }
    pid_t pid() const { return pid_; }
    /// "exit code 3", "signal 9"; empty: exit code 0. Once it has ended.
    std::string how() const;
    const std::string& output() const { return output_; }
    /// The last line it complained, empty if none.
    std::string complaint() const;

private:
    using Descriptor = asio::posix::stream_descriptor;
    Running(asio::io_context& loop, const Child& child);
    void expect_output();
    void expect_errors();
    void expect_exit();
    bool read_output();
    bool read_errors();

    const pid_t pid_;
    Descriptor exit_, output_pipe_, errors_pipe_;
    asio::steady_timer timer_;
    std::string output_, errors_;
    int status_ = 0;
    bool exited_ = false;  // not collected yet: its number and its group's are not used again
    bool collected_ = false;
    bool stopped_ = false;
};

}  // namespace frugald::command
