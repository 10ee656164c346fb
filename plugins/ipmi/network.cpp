#include "plugins/ipmi/network.h"

#include <array>

#include "plugins/ipmi/link.h"

namespace frugald::ipmi {
namespace {

std::uint64_t ipv4_key(const Endpoint& endpoint) {
    return static_cast<std::uint64_t>(endpoint.address().to_v4().to_uint()) << 16 | endpoint.port();
}

}  // namespace

Network::Network(asio::io_context& loop, const NetworkConfig& config)
    : wheel(loop),
      packets(wheel, config.packets_per_s),
      sessions(wheel, config.sessions_per_s),
      loop_(loop),
      config_(config),
      console_id_(static_cast<std::uint32_t>(random_())) {}

Result<Socket*> Network::socket_for(const Endpoint& endpoint) {
    auto& socket = endpoint.address().is_v4() ? ipv4_ : ipv6_;
    if (!socket) {
        auto opened =
            Socket::open(loop_, endpoint.protocol(), config_.receive_buffer_bytes,
                         [this](std::span<const Socket::Incoming> batch) { receive(batch); });
        if (!opened) return tl::unexpected(opened.error());
        socket = std::move(*opened);
    }
    return socket.get();
}

Result<bool> Network::attach(const Endpoint& from, Link& link) {
    const auto socket = socket_for(from);
    if (!socket) return tl::unexpected(socket.error());
    const bool ipv4 = from.address().is_v4();
    Link*& place = ipv4 ? ipv4_links_[ipv4_key(from)] : ipv6_links_[from];
    if (!place) place = &link;
    return place == &link;
}

Codec& Network::codec_for(const Workarounds& workarounds) {
    if (workarounds.freeipmi_packets()) return freeipmi_codec_;
    return direct_codec_;
}

void Network::detach(const Endpoint& from) {
    if (from.address().is_v4())
        ipv4_links_.erase(ipv4_key(from));
    else
        ipv6_links_.erase(from);
}

Link* Network::find(const Endpoint& from) const {
    if (from.address().is_v4()) {
        const auto found = ipv4_links_.find(ipv4_key(from));
        return found == ipv4_links_.end() ? nullptr : found->second;
    }
    const auto found = ipv6_links_.find(from);
    return found == ipv6_links_.end() ? nullptr : found->second;
}

void Network::send(const Endpoint& to, Bytes packet, bool urgent) {
    const auto& socket = to.address().is_v4() ? ipv4_ : ipv6_;
    if (!socket) return;
    ++counters.sent;
    socket->send(to, packet);
    if (urgent) socket->flush();
}

// Thousands of BMCs do not fit into a cache: while one packet is looked at, what belongs to the
// others is on its way from memory.
void Network::receive(std::span<const Socket::Incoming> batch) {
    std::array<Link*, Socket::batch_size> links;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        links[i] = find(batch[i].from);
        if (links[i]) links[i]->prefetch();
    }
    counters.received += batch.size();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        // A packet may have made a BMC's session end, and its link with it.
        Link* const link = links[i] ? find(batch[i].from) : nullptr;
        if (link)
            link->receive(batch[i].packet);
        else
            ++counters.strangers;
    }
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
