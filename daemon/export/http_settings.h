#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

namespace frugald {

/// What one listener takes from its clients before it protects the rest.
struct HttpLimits {
    std::size_t connections = 64;  // per listener; the longest idle one makes room
    std::size_t body_bytes = std::size_t{64} * 1024;  // of a request
    std::size_t header_bytes = std::size_t{8} * 1024;
    std::chrono::milliseconds idle{30000};   // between requests of one connection
    std::chrono::milliseconds header{5000};  // from a request's first byte to the end of its header
    std::chrono::milliseconds request{10000};   // from its first byte to its last
    std::chrono::milliseconds response{10000};  // to take the whole answer
    /// To take a piece of an answer that is made while it is sent: somebody may read it page by
    /// page.
    std::chrono::milliseconds piece{600000};
};

struct HttpSettings {
    std::string listen =
        "127.0.0.1:9877";          // "ADDRESS:PORT", "[::1]:PORT"; empty: no TCP; port 0: any
    std::filesystem::path socket;  // empty: no unix socket
    std::string admin_group = "frugald-admin";  // may act on the unix socket, beside root and us
    std::string view_group{};                   // may read there; empty: everyone
    std::chrono::milliseconds snapshot_interval{1000};  // /healthz fails after three of them
    HttpLimits limits{};
};

}  // namespace frugald
