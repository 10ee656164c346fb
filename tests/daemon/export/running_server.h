#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

#include "daemon/export/http_server.h"
#include "tests/daemon/export/small_cluster.h"

namespace frugald::test {

/// An HttpServer with its loop on a thread of its own, on a free port and a socket in a directory
/// that goes with it.
class RunningServer {
public:
    explicit RunningServer(Snapshot snapshot, HttpSettings settings = {});
    ~RunningServer();

    std::uint16_t port() const { return server_->port(); }
    const std::filesystem::path& socket() const { return socket_; }
    /// Only to be touched inside on_loop.
    SmallCluster& cluster() { return cluster_; }
    void publish(Snapshot snapshot);
    /// What doctor finds from now on.
    void find(std::vector<Finding> findings);
    /// Runs `job` on the loop and waits for it.
    void on_loop(std::function<void()> job);
    /// The same for a coroutine.
    void run(std::function<asio::awaitable<void>()> job);
    asio::io_context& loop() { return loop_; }

private:
    std::filesystem::path directory_;
    std::filesystem::path socket_;
    asio::io_context loop_;
    SmallCluster cluster_;
    std::unique_ptr<HttpServer> server_;
    std::thread thread_;
};

struct Response {
    int status = 0;  // 0: the connection ended without an answer
    std::string head;
    std::string body;
};

/// A connected socket, closed by the destructor.
class Client {
public:
    explicit Client(std::uint16_t port);
    explicit Client(const std::filesystem::path& socket);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(std::string_view bytes);
    /// Everything until the server closes, at most `wait`.
    std::string read_all(std::chrono::milliseconds wait = std::chrono::seconds{10});
    bool ended(std::chrono::milliseconds wait);

private:
    int descriptor_ = -1;
};

Response parse_response(const std::string& bytes);
/// One request on a connection of its own.
Response get(const RunningServer& server, std::string_view path, std::string_view headers = "");
Response ask_socket(const std::filesystem::path& socket, std::string_view method,
                    std::string_view path, std::string_view body = "");

}  // namespace frugald::test
