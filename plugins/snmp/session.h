#pragma once

#include <memory>
#include <span>
#include <string>

#include "daemon/core/result.h"
#include "plugins/snmp/account.h"
#include "plugins/snmp/engine.h"
#include "plugins/snmp/keys.h"
#include "plugins/snmp/value.h"
#include "plugins/snmp/waiter.h"

namespace frugald::snmp {

/// One open SNMP session with one agent; one request at a time. Nothing in here blocks: the socket
/// and the time-outs of libnetsnmp are waited for in the loop. Lives on the thread that has the
/// Library. The waiter outlives it.
class Session {
public:
    /// Resolves the host and, for v3, asks the agent's engine. Errors do not name the device.
    static asio::awaitable<Result<std::unique_ptr<Session>>> open(const Account& account,
                                                                  Patience patience, Keys& keys,
                                                                  Waiter& waiter);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Version version() const { return version_; }

    /// Fault::timeout, unauthorized, unparsable, unavailable or cancelled. After any error but a
    /// time-out the session is of no more use.
    asio::awaitable<Result<Reply>> ask(const Request& request);

private:
    struct Handle;  // libnetsnmp's side
    Session(Version version, Patience patience, Waiter& waiter);
    static Result<std::unique_ptr<Session>> connect(const Account& account,
                                                    const asio::ip::udp::endpoint& agent,
                                                    const Engine* engine, Patience patience,
                                                    Keys& keys, Waiter& waiter,
                                                    asio::any_io_executor executor);

    Version version_;
    Patience patience_;
    Waiter& waiter_;
    std::unique_ptr<Handle> handle_;
};

}  // namespace frugald::snmp
