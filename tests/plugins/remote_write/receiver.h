#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ports/asio.h"
#include "tests/plugins/remote_write/decode.h"

namespace frugald::test {

struct Answer {
    unsigned status = 204;
    std::string retry_after{};
    std::string body{};
};

/// One request as it came.
struct Arrived {
    std::chrono::steady_clock::time_point at{};
    unsigned status = 0;  // what was answered
    std::size_t samples = 0;
    std::int64_t oldest_ms = 0, newest_ms = 0;
    std::map<std::string, std::string> fields{};  // lower-case names
    std::string target{};
};

/// A receiver on a port of its own of 127.0.0.1, on the loop that is given. What it takes it
/// decodes.
class Receiver {
public:
    /// With certificate and key (PEM): over TLS.
    explicit Receiver(asio::io_context& loop, const std::string& certificate = {},
                      const std::string& key = {});
    ~Receiver();

    unsigned short port() const;
    /// Refuses connections from now on and drops those it has, or takes them again.
    void listen(bool on);
    /// What the next requests are answered; when there is none left: 204.
    std::deque<Answer>& answers();
    void answer_after(std::chrono::milliseconds delay);
    /// Reads requests and does not answer.
    void be_silent(bool on);

    const Received& received() const;  // of the requests it took with a 2xx
    const std::vector<Arrived>& arrived() const;
    std::size_t connections() const;
    /// What was wrong with a request; empty: nothing.
    const std::string& complaint() const;

    struct State;

private:
    std::shared_ptr<State> state_;
};

}  // namespace frugald::test
