#include "plugins/modbus/module.h"

#include <fmt/format.h>

#include "daemon/ports/offload.h"
#include "plugins/modbus/gateway.h"
#include "plugins/modbus/profiles.h"

namespace frugald::modbus {

namespace {

using Meters = std::vector<MeterConfig>;

void hand_over(ObservationSink& sink, const Report& report) {
    std::vector<Reading> readings;
    for (const auto& reading : report.readings)
        readings.push_back(
            {reading.quantity, reading.part, reading.name, reading.value, reading.refused});
    Observation seen;
    seen.kind = DeviceKind::meter;
    seen.device = report.device;
    seen.at = report.at;
    if (report.failure) {
        seen.failure = &*report.failure;
    } else {
        seen.source = report.source;
        seen.took = report.took;
        seen.readings = readings;
        seen.scale = report.scale;
    }
    sink.take(seen);
}

class ModbusModule final : public Module, public Source {
public:
    ModbusModule(const PluginHost& host, Meters meters, Profiles profiles)
        : loop_(host.loop),
          workers_(host.workers),
          meters_(std::move(meters)),
          profiles_(std::move(profiles)) {}
    ~ModbusModule() override { sink_.reset(); }

    std::vector<DeclaredDevice> devices() const override {
        std::vector<DeclaredDevice> devices;
        for (const auto& meter : meters_)
            devices.push_back(
                {.kind = DeviceKind::meter, .name = meter.name, .model = meter.profile});
        return devices;
    }

    Source* source() override { return this; }

    void start(ObservationSink& sink) override {
        if (!gateways_.empty()) return;
        sink_ = std::make_shared<ObservationSink*>(&sink);
        // What is still under way when the module ends finds nobody and is dropped.
        const auto take = [&loop = loop_, weak = std::weak_ptr{sink_}](Report report) {
            asio::post(loop, [weak, report = std::move(report)] {
                if (const auto still_there = weak.lock()) hand_over(**still_there, report);
            });
        };
        for (const auto& meter : meters_) {
            auto& gateway = gateways_[{meter.host, meter.port}];
            if (!gateway) gateway = std::make_unique<Gateway>(meter.host, meter.port, take);
            gateway->add(meter, *profiles_.find(meter.profile));
        }
        for (const auto& [address, gateway] : gateways_) gateway->start();
    }

    void refresh(std::string_view device) override {
        for (const auto& [address, gateway] : gateways_) gateway->refresh(device);
    }

    asio::awaitable<void> stop() override {
        sink_.reset();
        for (const auto& [address, gateway] : gateways_) gateway->stop();
        if (gateways_.empty()) co_return;
        auto join = [this] {
            for (const auto& [address, gateway] : gateways_) gateway->join();
        };
        co_await offload(workers_, join);
        gateways_.clear();
    }

private:
    asio::io_context& loop_;
    asio::thread_pool& workers_;
    const Meters meters_;
    const Profiles profiles_;
    std::shared_ptr<ObservationSink*> sink_;
    std::map<std::pair<std::string, std::uint16_t>, std::unique_ptr<Gateway>> gateways_;
};

Result<void> check_profiles(const Meters& meters, const Profiles& profiles,
                            const std::filesystem::path& directory) {
    std::string mistakes;
    for (const auto& meter : meters)
        if (!profiles.find(meter.profile))
            mistakes += fmt::format("{}meter {}: there is no profile '{}' in {}; known are {}",
                                    mistakes.empty() ? "" : "\n", meter.name, meter.profile,
                                    directory.string(), profiles.names());
    if (!mistakes.empty()) return fail(Fault::invalid, mistakes);
    return {};
}

}  // namespace

Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host) {
    auto meters = read_config(part);
    if (!meters) return tl::unexpected{meters.error()};
    Profiles profiles;
    if (!meters->empty()) {
        const auto directory = host.profiles_directory / "meter";
        auto loaded = Profiles::load(directory, host.read_settings);
        if (!loaded) return tl::unexpected{loaded.error()};
        profiles = *std::move(loaded);
        if (auto good = check_profiles(*meters, profiles, directory); !good)
            return tl::unexpected{good.error()};
    }
    return std::make_unique<ModbusModule>(host, *std::move(meters), std::move(profiles));
}

}  // namespace frugald::modbus
