#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <optional>

#include "plugins/snmp/protocols.h"
#include "plugins/snmp/session.h"

namespace frugald::snmp {

/// A session of libnetsnmp and its socket. The address is given to libnetsnmp's callbacks: it does
/// not move.
struct Session::Handle {
    using Socket = asio::posix::stream_descriptor;

    explicit Handle(const asio::any_io_executor& executor)
        : socket_(std::make_shared<Socket>(executor)) {}
    ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    Result<void> open(const Account& account, const asio::ip::udp::endpoint& agent,
                      const Engine* engine, Patience patience, Keys& keys);
    Result<void> send(const Request& request);
    /// Takes what has arrived.
    void read();
    /// Repeats or gives up what has waited long enough.
    void expire();
    bool answered() const { return answer_.has_value(); }
    Result<Reply> take_answer();
    const std::shared_ptr<Socket>& socket() const { return socket_; }

private:
    static int callback(int operation, netsnmp_session* session, int request, netsnmp_pdu* pdu,
                        void* self);
    int receive(netsnmp_pdu& pdu);

    void* session_ = nullptr;
    std::shared_ptr<Socket> socket_;
    std::vector<OidView> asked_;
    std::optional<Result<Reply>> answer_;
    int refusal_ = 0;  // libnetsnmp's error number for the last answer that it dropped
    int window_reports_ = 0;
};

}  // namespace frugald::snmp
