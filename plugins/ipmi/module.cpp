#include "plugins/ipmi/module.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"

namespace frugald::ipmi {
namespace {

constexpr std::chrono::milliseconds longest_stop{2500};
constexpr std::chrono::milliseconds stop_step{10};

// The same node has the same phase after every restart.
std::chrono::milliseconds phase_of(const std::string& node, std::chrono::milliseconds interval) {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, 64 bits
    for (const char c : node) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return std::chrono::milliseconds(
        static_cast<std::int64_t>((hash >> 16) % static_cast<std::uint64_t>(interval.count())));
}

SdrStore repositories_in(const std::filesystem::path& state_directory, SdrStore::Run write) {
    if (state_directory.empty()) return {};
    return {state_directory / "sdr", std::move(write)};
}

}  // namespace

IpmiModule::IpmiModule(asio::io_context& loop, const Config& config,
                       const std::filesystem::path& state_directory, SdrStore::Run write)
    : network_(loop, config.network),
      tables_(repositories_in(state_directory, std::move(write))),
      mark_(state_directory, config.network.session_expiry) {
    for (const BmcConfig& bmc : config.bmcs) {
        addresses_.emplace(bmc.node, fmt::format("{}:{}", bmc.host, bmc.port));
        nodes_.push_back(bmc.node);
        auto made = std::make_unique<Bmc>(network_, bmc.group, bmc.node, bmc.host, bmc.port);
        pollers_.emplace(bmc.node, std::make_unique<Poller>(network_, tables_, *made));
        bmcs_.emplace(bmc.node, std::move(made));
    }
}

std::vector<DeclaredDevice> IpmiModule::devices() const {
    std::vector<DeclaredDevice> devices;
    devices.reserve(nodes_.size());
    for (const std::string& node : nodes_)
        devices.push_back({.kind = DeviceKind::node, .name = node});
    return devices;
}

void IpmiModule::start(ObservationSink& sink) {
    const auto wait = mark_.left_behind();
    if (wait.count() > 0)
        log::warning(
            "ipmi: frugald was killed a short while ago and its sessions still hold a slot of each "
            "BMC: readings begin in {} s, when these have expired; commands do not wait",
            std::chrono::ceil<std::chrono::seconds>(wait).count());
    keep_mark();
    tables_.store().open(addresses_);
    for (const auto& [node, poller] : pollers_)
        poller->start(sink, wait + phase_of(node, bmcs_.at(node)->group().interval));
}

void IpmiModule::keep_mark() {
    mark_.touch();
    mark_refresh_.set(SessionMark::refresh);
}

void IpmiModule::refresh(std::string_view device) {
    const auto poller = pollers_.find(std::string(device));
    if (poller != pollers_.end()) poller->second->refresh();
}

bool IpmiModule::quiet() const {
    return closing_ == 0 && std::none_of(pollers_.begin(), pollers_.end(),
                                         [](const auto& entry) { return entry.second->running(); });
}

asio::awaitable<void> IpmiModule::close(Bmc& bmc) {
    co_await bmc.close();
    --closing_;
}

asio::awaitable<void> IpmiModule::stop() {
    tables_.store().save();
    for (const auto& [node, poller] : pollers_) poller->stop();
    network_.packets.open();
    network_.sessions.open();
    for (const auto& [node, bmc] : bmcs_) {
        ++closing_;
        asio::co_spawn(network_.loop(), close(*bmc), asio::detached);
    }
    asio::steady_timer timer(network_.loop());
    const auto deadline = std::chrono::steady_clock::now() + longest_stop;
    while (!quiet() && std::chrono::steady_clock::now() < deadline) {
        timer.expires_after(stop_step);
        co_await timer.async_wait(asio::use_awaitable);
    }
    mark_refresh_.stop();
    mark_.clear();
}

}  // namespace frugald::ipmi
