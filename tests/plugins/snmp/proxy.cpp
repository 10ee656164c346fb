#include "tests/plugins/snmp/proxy.h"

using namespace frugald;

Proxy::Proxy(const std::string& address, std::uint16_t port, const std::string& agent,
             std::uint16_t agent_port, std::string bytes)
    : front_(loop_, Udp::endpoint{asio::ip::make_address(address), port}),
      back_(loop_, Udp::v4()),
      bytes_(std::move(bytes)) {
    back_.connect({asio::ip::make_address(agent), agent_port});
    asio::co_spawn(loop_, forward(front_, back_, false), asio::detached);
    asio::co_spawn(loop_, forward(back_, front_, true), asio::detached);
    thread_ = std::thread{[this] { loop_.run(); }};
}

Proxy::~Proxy() {
    loop_.stop();
    thread_.join();
}

asio::awaitable<void> Proxy::forward(Udp::socket& from, Udp::socket& to, bool to_client) {
    std::string message(65536, '\0');
    for (;;) {
        Udp::endpoint sender;
        const auto size =
            co_await from.async_receive_from(asio::buffer(message), sender, asio::use_awaitable);
        if (!to_client) client_ = sender;
        const std::string_view bytes{message.data(), size};
        if (to_client && losing_ && bytes.find(bytes_) != bytes.npos) continue;
        boost::system::error_code ignored;
        if (to_client)
            to.send_to(asio::buffer(bytes), client_, 0, ignored);
        else
            to.send(asio::buffer(bytes), 0, ignored);
    }
}
