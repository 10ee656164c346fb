#include "plugins/redfish/module.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ports/event.h"

namespace frugald::redfish {
namespace {

constexpr milliseconds longest_stop{2500};
constexpr milliseconds stop_step{10};

// The same node has the same phase after every restart.
milliseconds phase_of(const std::string& node, milliseconds interval) {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, 64 bits
    for (const char c : node) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return milliseconds(
        static_cast<std::int64_t>((hash >> 16) % static_cast<std::uint64_t>(interval.count())));
}

std::string label_of(const BmcConfig& bmc) {
    return fmt::format("{}'s BMC {}", bmc.node, bmc.host);
}

}  // namespace

RedfishModule::RedfishModule(asio::io_context& loop, const Config& config,
                             const std::map<Trust, std::shared_ptr<Tls>>& tls)
    : loop_(loop) {
    std::map<std::pair<std::string, unsigned short>, Bmc*> known;
    for (const BmcConfig& bmc : config.bmcs) {
        Bmc*& shared = known[{bmc.host, bmc.port}];
        if (!shared) {
            bmcs_.push_back(std::make_unique<Bmc>(
                loop, bmc.group, Endpoint{label_of(bmc), bmc.host, bmc.port}, tls.at(bmc.trust)));
            shared = bmcs_.back().get();
        }
        nodes_.push_back(bmc.node);
        auto machine = std::make_unique<Machine>(Machine{
            .bmc = *shared, .group = bmc.group, .node = bmc.node, .wanted_system = bmc.system});
        pollers_.emplace(bmc.node, std::make_unique<Poller>(loop, *machine, bios_));
        machines_.emplace(bmc.node, std::move(machine));
    }
}

std::vector<DeclaredDevice> RedfishModule::devices() const {
    std::vector<DeclaredDevice> devices;
    devices.reserve(nodes_.size());
    for (const std::string& node : nodes_)
        devices.push_back({.kind = DeviceKind::node, .name = node});
    return devices;
}

void RedfishModule::start(ObservationSink& sink) {
    for (const auto& [node, poller] : pollers_)
        poller->start(sink, phase_of(node, machines_.at(node)->group->interval));
}

void RedfishModule::refresh(std::string_view device) {
    const auto poller = pollers_.find(std::string(device));
    if (poller != pollers_.end()) poller->second->refresh();
}

bool RedfishModule::quiet() const {
    return closing_ == 0 && std::none_of(pollers_.begin(), pollers_.end(),
                                         [](const auto& entry) { return entry.second->running(); });
}

asio::awaitable<void> RedfishModule::close(Bmc& bmc) {
    co_await bmc.close();
    --closing_;
}

asio::awaitable<void> RedfishModule::stop() {
    for (const auto& [node, poller] : pollers_) poller->stop();
    for (const auto& bmc : bmcs_) {
        ++closing_;
        asio::co_spawn(loop_, close(*bmc), asio::detached);
    }
    const auto deadline = std::chrono::steady_clock::now() + longest_stop;
    while (!quiet() && std::chrono::steady_clock::now() < deadline) co_await pause(stop_step);
}

Result<std::unique_ptr<RedfishModule>> make_module(asio::io_context& loop, const Config& config) {
    std::map<Trust, std::shared_ptr<Tls>> tls;
    for (const BmcConfig& bmc : config.bmcs) {
        if (tls.count(bmc.trust) > 0) continue;
        auto made = make_tls(bmc.trust);
        if (!made) return tl::unexpected(made.error());
        tls.emplace(bmc.trust, *std::move(made));
    }
    return std::make_unique<RedfishModule>(loop, config, tls);
}

Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host) {
    const Result<Config> config = read_config(part, host.secret);
    if (!config) return tl::unexpected(config.error());
    auto module = make_module(host.loop, *config);
    if (!module) return tl::unexpected(module.error());
    return std::unique_ptr<Module>(*std::move(module));
}

}  // namespace frugald::redfish
