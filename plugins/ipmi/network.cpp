#include "plugins/ipmi/network.h"

#include <string_view>

#include "plugins/ipmi/link.h"

namespace frugald::ipmi {

Network::Network(asio::io_context& loop, const NetworkConfig& config)
    : wheel(loop),
      packets(wheel, config.packets_per_s),
      sessions(wheel, config.sessions_per_s),
      loop_(loop),
      config_(config),
      console_id_(static_cast<std::uint32_t>(random_())) {}

std::size_t Network::Hash::operator()(const Endpoint& endpoint) const {
    if (endpoint.address().is_v4())
        return std::hash<std::uint64_t>()(
            static_cast<std::uint64_t>(endpoint.address().to_v4().to_uint()) << 16 |
            endpoint.port());
    const auto bytes = endpoint.address().to_v6().to_bytes();
    return std::hash<std::string_view>()(
               {reinterpret_cast<const char*>(bytes.data()), bytes.size()}) +
           endpoint.port();
}

Result<Socket*> Network::socket_for(const Endpoint& endpoint) {
    auto& socket = endpoint.address().is_v4() ? ipv4_ : ipv6_;
    if (!socket) {
        auto opened =
            Socket::open(loop_, endpoint.protocol(), config_.receive_buffer_bytes,
                         [this](const Endpoint& from, Bytes packet) { receive(from, packet); });
        if (!opened) return tl::unexpected(opened.error());
        socket = std::move(*opened);
    }
    return socket.get();
}

Result<bool> Network::attach(const Endpoint& from, Link& link) {
    const auto socket = socket_for(from);
    if (!socket) return tl::unexpected(socket.error());
    const auto [place, fresh] = links_.try_emplace(from, &link);
    return fresh || place->second == &link;
}

Codec& Network::codec_for(const Workarounds& workarounds) {
    if (workarounds.freeipmi_packets()) return freeipmi_codec_;
    return direct_codec_;
}

void Network::detach(const Endpoint& from) { links_.erase(from); }

void Network::send(const Endpoint& to, Bytes packet, bool urgent) {
    const auto& socket = to.address().is_v4() ? ipv4_ : ipv6_;
    if (!socket) return;
    ++counters.sent;
    socket->send(to, packet);
    if (urgent) socket->flush();
}

void Network::receive(const Endpoint& from, Bytes packet) {
    ++counters.received;
    const auto link = links_.find(from);
    if (link == links_.end())
        ++counters.strangers;
    else
        link->second->receive(packet);
}

std::uint32_t Network::next_console_id() {
    // An odd stride visits every number once.
    do console_id_ += 0x9e3779b1;
    while (console_id_ == 0);
    return console_id_;
}

std::chrono::milliseconds Network::jitter(std::chrono::milliseconds most) {
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::int64_t>(0, most.count())(random_));
}

}  // namespace frugald::ipmi
