#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "daemon/ports/asio.h"
#include "plugins/remote_write/config.h"

namespace frugald::remote_write {

struct Reply {
    unsigned status = 0;
    std::string body{};         // what it says of a refusal, in part
    std::string retry_after{};  // the field as it came
};

struct Tls;
/// Reads the authorities. Null for plain HTTP.
Result<std::shared_ptr<Tls>> make_tls(const Config& config);

/// One kept connection to the receiver, one request at a time.
class Client {
public:
    virtual ~Client() = default;
    /// Connects if need be. `body` outlives the call. Faults: timeout (silent, or it hung up: it
    /// may have taken the request), unauthorized (the certificate), unparsable (no HTTP),
    /// cancelled.
    virtual asio::awaitable<Result<Reply>> post(const std::string& body) = 0;
    /// Ends the request under way with Fault::cancelled.
    virtual void abort() = 0;
};

std::unique_ptr<Client> make_client(asio::io_context& loop, const Config& config,
                                    std::shared_ptr<Tls> tls);

}  // namespace frugald::remote_write
