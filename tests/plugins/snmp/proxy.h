#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "daemon/ports/asio.h"

/// Stands before an SNMP agent and loses every answer that contains certain bytes: what a client
/// sees of an agent whose answer it cannot decode.
class Proxy {
public:
    Proxy(const std::string& address, std::uint16_t port, const std::string& agent,
          std::uint16_t agent_port, std::string bytes);
    ~Proxy();
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    void lose(bool yes) { losing_ = yes; }

private:
    using Udp = frugald::asio::ip::udp;
    frugald::asio::awaitable<void> forward(Udp::socket& from, Udp::socket& to, bool to_client);

    frugald::asio::io_context loop_;
    Udp::socket front_;
    Udp::socket back_;
    Udp::endpoint client_;
    std::string bytes_;
    std::atomic<bool> losing_ = false;
    std::thread thread_;
};
