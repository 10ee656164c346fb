#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "daemon/core/result.h"
#include "daemon/ports/asio.h"

namespace frugald::slurm {

/// One running frugald-slurm: the other end of its socket pair, and what it prints. Nobody else
/// waits for it, whatever the daemon does about SIGCHLD.
class WorkerProcess {
public:
    static Result<std::shared_ptr<WorkerProcess>> start(asio::io_context& loop,
                                                        const std::filesystem::path& program,
                                                        const std::string& conf);
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;
    /// Kills it if it still runs.
    ~WorkerProcess();

    asio::local::stream_protocol::socket& socket() { return socket_; }
    pid_t pid() const { return pid_; }

    /// The last lines that it, that is libslurm, has printed since this was asked last; with "; "
    /// between, without the prefixes of libslurm. Never waits.
    std::string printed();

    /// Kills it and waits a short while for its end. False: it has not ended, because it hangs in
    /// the kernel.
    asio::awaitable<bool> end();
    /// True once it has ended and is reaped; never waits.
    bool ended();
    /// "exit code 1", "signal 9"; only once it has ended.
    std::string how() const;

private:
    WorkerProcess(asio::local::stream_protocol::socket socket, int printed_fd, pid_t pid)
        : socket_(std::move(socket)), printed_fd_(printed_fd), pid_(pid) {}

    asio::local::stream_protocol::socket socket_;
    int printed_fd_;
    pid_t pid_;
    bool ended_ = false;
    int status_ = 0;
};

}  // namespace frugald::slurm
