#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/core/secret.h"
#include "daemon/ports/actuator.h"
#include "plugins/redfish/trust.h"

namespace frugald::redfish {

constexpr std::size_t largest_answer_bytes = 1U << 20;

enum class Method { get, post, patch, delete_ };

struct HttpRequest {
    Method method = Method::get;
    std::string path{};
    std::string_view body{};  // JSON; outlives the exchange
    Secret token{};           // X-Auth-Token; empty: none
    Secret basic{};           // "user:password" for Basic; empty: none
    std::string if_match{};   // ETag; empty: none
};

struct HttpReply {
    unsigned status = 0;
    std::string body{};
    std::string etag{};
    std::string token{};     // X-Auth-Token
    std::string location{};  // path or URL
};

/// Where a BMC is. `label` names it in messages.
struct Endpoint {
    std::string label;
    std::string host;
    unsigned short port = 443;
};

/// One kept connection to one BMC, one exchange at a time. It knows HTTP and TLS, nothing of
/// Redfish. Redirects are answers like others and are not followed.
class HttpConnection {
public:
    virtual ~HttpConnection() = default;
    /// Connects if need be. Reading (GET) and deleting are tried a second time when a kept
    /// connection turns out to be dead before an answer began; nothing else is. `still_wanted`, if
    /// there is one, is asked before everything that is sent, the connection's own packets
    /// included. Faults: timeout (silent, or it hung up: a command may have been done), unparsable
    /// (no HTTP, too large, broken off), unauthorized (the certificate), cancelled (abort, or not
    /// wanted any more).
    virtual asio::awaitable<Result<HttpReply>> exchange(HttpRequest request,
                                                        std::chrono::milliseconds longest,
                                                        const StillWanted* still_wanted) = 0;
    /// Ends the exchange under way with Fault::cancelled and drops the connection.
    virtual void abort() = 0;
    /// Connections opened so far.
    virtual unsigned opened() const = 0;
};

std::unique_ptr<HttpConnection> make_connection(asio::io_context& loop, Endpoint endpoint,
                                                std::shared_ptr<Tls> tls);

/// Wipes a text that held a secret.
void wipe(std::string& text);

}  // namespace frugald::redfish
