#pragma once

#include <cstdint>
#include <memory>

#include "daemon/export/http_settings.h"
#include "daemon/ports/control.h"

namespace frugald {

/// /metrics, the page and the API (docs/api.md): read-only on TCP, with the acting verbs on a unix
/// socket whose peers the kernel names. Lives on the loop thread; bodies are rendered on a worker,
/// once per snapshot and only when somebody asks. `control` must outlive the loop's last turn.
class HttpServer {
public:
    HttpServer(asio::io_context& loop, Control& control, HttpSettings settings);
    /// Waits for what is being rendered; `loop` must outlive it.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Listens. Fault::unavailable with the remedy when an address or socket cannot be had;
    /// nothing stays open then. A left-over socket file is replaced if nobody answers on it.
    Result<void> start();
    /// Closes everything and removes the socket file. Waits for connections to end, but not for
    /// an acting verb that is under way.
    asio::awaitable<void> stop();
    void publish(std::shared_ptr<const Snapshot> snapshot);

    /// The TCP port in use, 0 without TCP.
    std::uint16_t port() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace frugald
