#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "daemon/ports/tasks.h"
#include "plugins/remote_write/backoff.h"
#include "plugins/remote_write/client.h"

namespace frugald::remote_write {

/// Since the start.
struct Counts {
    std::uint64_t sent = 0;             // samples the receiver has taken
    std::uint64_t dropped = 0;          // samples it refused for good
    std::uint64_t refused = 0;          // requests of these
    std::uint64_t failed_attempts = 0;  // requests that did not get through, each attempt
};

/// Gets requests to the receiver, one after the other, however long that takes.
class Delivery {
public:
    /// `name` is the receiver's, for messages.
    Delivery(Tasks& tasks, std::unique_ptr<Client> client, const Config& config)
        : tasks_(tasks),
          client_(std::move(client)),
          name_(config.url.authority()),
          backoff_(config.patience) {}

    /// True: delivered, or refused for good. False: frugald is stopping, and it did not get there
    /// at once.
    asio::awaitable<bool> deliver(const Request& request);
    /// From now on what fails is not tried again.
    void hurry() { stopping_ = true; }
    /// What is under way has failed.
    void abort() { client_->abort(); }

    const Counts& counts() const { return counts_; }
    /// Why nothing gets through now; empty while it does.
    const std::string& failure() const { return failure_; }

private:
    void succeeded();
    void failed(const std::string& why);
    void refused(const Request& request, const Reply& reply);

    Tasks& tasks_;
    std::unique_ptr<Client> client_;
    const std::string name_;
    Backoff backoff_;
    Counts counts_;
    std::string failure_;
    SteadyTime failing_since_{};
    bool stopping_ = false;
};

}  // namespace frugald::remote_write
