#include "tests/plugins/remote_write/rig.h"

#include <fmt/format.h>

#include <stdexcept>

namespace frugald::test {

Rig::Rig() {
    measurements_ = std::make_unique<Measurements>(loop_, workers_.get_executor());
    measurements_->use(scratch_.path());
    config_.send_interval = std::chrono::milliseconds{20};
    config_.timeout = std::chrono::seconds{5};
    config_.patience.first = std::chrono::milliseconds{20};
    config_.patience.longest = std::chrono::milliseconds{200};
}

Rig::~Rig() {
    if (module_) stop();
    workers_.join();
}

std::string Rig::url(unsigned short port) {
    return fmt::format("http://127.0.0.1:{}/api/v1/write", port);
}

PluginHost Rig::host() {
    PluginHost host{.loop = loop_,
                    .workers = workers_,
                    .secret = {},
                    .read_settings = {},
                    .profiles_directory = {},
                    .program_directory = {}};
    host.state_directory = scratch_.path();
    host.archive = measurements_.get();
    return host;
}

void Rig::start(std::shared_ptr<const Snapshot> picture) {
    auto made = remote_write::make_module(host(), config_);
    if (!made) throw std::runtime_error(made.error().text);
    module_ = *std::move(made);
    module_->take(std::move(picture));
}

std::chrono::milliseconds Rig::stop() {
    const auto begin = std::chrono::steady_clock::now();
    bool stopped = false;
    auto stopping = [](Module& module) -> asio::awaitable<void> { co_await module.stop(); };
    asio::co_spawn(loop_, stopping(*module_), [&](std::exception_ptr) { stopped = true; });
    run_until([&] { return stopped; });
    module_.reset();
    run_for(std::chrono::milliseconds{1});
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 begin);
}

void Rig::restart() {
    if (module_) stop();
    measurements_ = std::make_unique<Measurements>(loop_, workers_.get_executor());
    measurements_->use(scratch_.path());
    start();
}

void Rig::store(std::vector<Sample> samples, WallTime taken) {
    bool stored = false;
    asio::co_spawn(loop_, measurements_->store(std::move(samples), taken),
                   [&](std::exception_ptr) { stored = true; });
    run_until([&] { return stored; });
    if (!measurements_->failure().empty()) throw std::runtime_error(measurements_->failure());
}

bool Rig::run_until(const std::function<bool()>& enough, std::chrono::milliseconds at_most) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    while (!enough()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        loop_.run_one_for(std::chrono::milliseconds{10});
    }
    return true;
}

void Rig::run_for(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    run_until([&] { return std::chrono::steady_clock::now() >= end; }, time);
}

bool Rig::send_all() {
    return run_until([this] {
        const auto& cursor = sender().cursor();
        return cursor && cursor->from == measurements_->complete_until();
    });
}

Sample reading(const std::string& node, WallTime at, double value, Quantity quantity,
               const std::string& sensor) {
    return {.at = at,
            .kind = DeviceKind::node,
            .device = node,
            .quantity = quantity,
            .part = sensor.empty() ? Part::total : Part::sensor,
            .part_name = sensor,
            .source = sensor.empty() ? "dcmi" : "sdr",
            .value = value};
}

void Rounds::store(unsigned count) {
    for (; count > 0; --count, ++round_, at_ += std::chrono::seconds{10}) {
        std::vector<Sample> samples;
        for (unsigned node = 0; node < nodes_; ++node) {
            const auto name = fmt::format("n{}", node + 1);
            const auto at = at_ + std::chrono::milliseconds{60 + (round_ * 7 + node * 13) % 40};
            const auto ms = to_unix_ms(at);
            const auto take = [&](Sample sample, const std::string& series) {
                expected_[series][ms].push_back(sample.value);
                samples.push_back(std::move(sample));
            };
            take(reading(name, at, 200 + round_ % 50 + 0.5 * node),
                 fmt::format("frugald_node_power_watts{{node=\"{}\",source=\"dcmi\"}}", name));
            for (const std::string sensor : {"CPU1", "Inlet"})
                take(reading(name, at, 40 + round_ % 9 + node, Quantity::temperature_celsius,
                             sensor),
                     fmt::format("frugald_temperature_celsius{{node=\"{}\",sensor=\"{}\"}}", name,
                                 sensor));
        }
        rig_.store(std::move(samples), at_ + std::chrono::seconds{1});
    }
}

Received Rounds::expected_before(WallTime end) const {
    Received some;
    for (const auto& [name, samples] : expected_)
        for (const auto& [at_ms, values] : samples)
            if (at_ms < to_unix_ms(end)) some[name][at_ms] = values;
    return some;
}

}  // namespace frugald::test
