#pragma once

#include <memory>
#include <vector>

#include "daemon/ports/plugin.h"
#include "plugins/redfish/actuator.h"
#include "plugins/redfish/config.h"
#include "plugins/redfish/poller.h"

namespace frugald::redfish {

/// All BMCs of the configuration: read by their pollers, commanded through the actuator. Making it
/// opens no socket.
class RedfishModule : public Module, public Source {
public:
    RedfishModule(asio::io_context& loop, const Config& config,
                  const std::map<Trust, std::shared_ptr<Tls>>& tls);

    std::vector<DeclaredDevice> devices() const override;
    Source* source() override { return this; }
    Actuator* actuator() override { return &actuator_; }
    asio::awaitable<void> stop() override;

    void start(ObservationSink& sink) override;
    void refresh(std::string_view device) override;

    const BiosWatch& bios() const { return bios_; }

private:
    asio::awaitable<void> close(Bmc& bmc);
    bool quiet() const;

    asio::io_context& loop_;
    std::vector<std::unique_ptr<Bmc>> bmcs_;
    std::vector<std::string> nodes_;  // in the configuration's order
    Machines machines_;
    BiosWatch bios_;
    std::unordered_map<std::string, std::unique_ptr<Poller>> pollers_;
    RedfishActuator actuator_{machines_};
    std::size_t closing_ = 0;
};

/// Validates the configuration and reads the certificates.
Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host);
/// The same for a configuration that is read.
Result<std::unique_ptr<RedfishModule>> make_module(asio::io_context& loop, const Config& config);

}  // namespace frugald::redfish
