#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "daemon/ports/plugin.h"
#include "plugins/ipmi/actuator.h"
#include "plugins/ipmi/config.h"
#include "plugins/ipmi/poller.h"
#include "plugins/ipmi/session_mark.h"

namespace frugald::ipmi {

/// All BMCs of the configuration: read by their pollers, commanded through the actuator. Making
/// it opens no socket.
class IpmiModule : public Module, public Source {
public:
    /// `state_directory`: what has to survive a restart is kept there; empty: nothing is. `write`
    /// runs what writes the larger files.
    IpmiModule(asio::io_context& loop, const Config& config,
               const std::filesystem::path& state_directory = {},
               SdrStore::Run write = SdrStore::at_once);

    std::vector<DeclaredDevice> devices() const override;
    Source* source() override { return this; }
    Actuator* actuator() override { return &actuator_; }
    asio::awaitable<void> stop() override;

    void start(ObservationSink& sink) override;
    void refresh(std::string_view device) override;

    const Network::Counters& counters() const { return network_.counters; }
    unsigned short local_port() const { return network_.local_port(); }

private:
    asio::awaitable<void> close(Bmc& bmc);
    void keep_mark();
    bool quiet() const;

    Network network_;
    SensorTables tables_;
    SdrStore::Addresses addresses_;
    std::vector<std::string> nodes_;  // in the configuration's order
    Bmcs bmcs_;
    std::unordered_map<std::string, std::unique_ptr<Poller>> pollers_;
    BmcActuator actuator_{bmcs_, tables_};
    std::size_t closing_ = 0;
    SessionMark mark_;
    Alarm mark_refresh_{network_.wheel, [this] { keep_mark(); }};
};

}  // namespace frugald::ipmi
