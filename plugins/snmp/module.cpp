#include "plugins/snmp/module.h"

#include <fmt/format.h>

#include "daemon/ports/offload.h"
#include "plugins/snmp/library.h"
#include "plugins/snmp/worker.h"

namespace frugald::snmp {

namespace {

void hand_over(ObservationSink& sink, const Report& report) {
    std::vector<Reading> readings;
    for (const auto& reading : report.readings)
        readings.push_back({reading.quantity, reading.part, reading.name, reading.value});
    Observation seen;
    seen.kind = report.kind;
    seen.device = report.device;
    seen.at = report.at;
    if (report.failure) {
        seen.failure = &*report.failure;
    } else {
        seen.source = report.source;
        seen.took = report.took;
        seen.readings = readings;
    }
    sink.take(seen);
}

class SnmpModule final : public Module, public Source {
public:
    SnmpModule(const PluginHost& host, SnmpConfig config, Profiles profiles)
        : loop_(host.loop),
          workers_(host.workers),
          config_(std::move(config)),
          profiles_(std::move(profiles)) {}
    ~SnmpModule() override { sink_.reset(); }

    std::vector<DeclaredDevice> devices() const override {
        std::vector<DeclaredDevice> devices;
        for (const auto& pdu : config_.pdus)
            devices.push_back({.kind = pdu.kind,
                               .name = pdu.name,
                               .model = pdu.profile,
                               .outlet_nodes = pdu.outlet_nodes});
        return devices;
    }

    Source* source() override { return this; }

    void start(ObservationSink& sink) override {
        if (config_.pdus.empty() || worker_) return;
        sink_ = std::make_shared<ObservationSink*>(&sink);
        // What is still under way when the module ends finds nobody and is dropped.
        auto take = [&loop = loop_, sink = std::weak_ptr{sink_}](Report report) {
            asio::post(loop, [sink, report = std::move(report)] {
                if (const auto still_there = sink.lock()) hand_over(**still_there, report);
            });
        };
        worker_ = std::make_unique<Worker>(config_, profiles_, std::move(take));
    }

    void refresh(std::string_view device) override {
        if (worker_) worker_->refresh(std::string{device});
    }

    asio::awaitable<void> stop() override {
        sink_.reset();
        if (!worker_) co_return;
        worker_->stop();
        auto join = [this] { worker_->join(); };
        co_await offload(workers_, join);
        worker_.reset();
    }

private:
    asio::io_context& loop_;
    asio::thread_pool& workers_;
    const SnmpConfig config_;
    const Profiles profiles_;
    std::shared_ptr<ObservationSink*> sink_;
    std::unique_ptr<Worker> worker_;
};

Result<void> check_profiles(const SnmpConfig& config, const Profiles& profiles,
                            const std::filesystem::path& directory) {
    std::string mistakes;
    for (const auto& pdu : config.pdus)
        if (pdu.profile != "auto" && !profiles.find(pdu.profile))
            mistakes += fmt::format("{}PDU {}: there is no profile '{}' in {}; known are auto, {}",
                                    mistakes.empty() ? "" : "\n", pdu.name, pdu.profile,
                                    directory.string(), profiles.names());
    if (!mistakes.empty()) return fail(Fault::invalid, mistakes);
    return {};
}

}  // namespace

Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host) {
    forbid_mibs();
    auto config = read_config(part, host.secret);
    if (!config) return tl::unexpected{config.error()};
    Profiles profiles;
    if (!config->pdus.empty()) {
        const auto directory = host.profiles_directory / "pdu";
        auto loaded = Profiles::load(directory, host.read_settings);
        if (!loaded) return tl::unexpected{loaded.error()};
        profiles = *std::move(loaded);
        if (auto good = check_profiles(*config, profiles, directory); !good)
            return tl::unexpected{good.error()};
    }
    return std::make_unique<SnmpModule>(host, *std::move(config), std::move(profiles));
}

}  // namespace frugald::snmp
