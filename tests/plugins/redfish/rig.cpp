#include "tests/plugins/redfish/rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace frugald::test {

std::optional<double> Seen::watts() const {
    for (const Value& value : values)
        if (value.quantity == Quantity::power_watts && value.part == Part::total)
            return value.value;
    return std::nullopt;
}

std::optional<double> Seen::joules() const {
    for (const Value& value : values)
        if (value.quantity == Quantity::energy_joules) return value.value;
    return std::nullopt;
}

std::vector<Seen::Value> Seen::supplies() const {
    std::vector<Value> found;
    for (const Value& value : values)
        if (value.part == Part::psu) found.push_back(value);
    return found;
}

void Collector::take(const Observation& observation) {
    Seen kept{.device = std::string(observation.device),
              .source = std::string(observation.source),
              .chassis = observation.chassis,
              .values = {},
              .refused = {},
              .failure = {}};
    for (const Reading& reading : observation.readings)
        if (reading.refused.empty())
            kept.values.push_back(
                {reading.quantity, reading.part, std::string(reading.part_name), reading.value});
        else
            kept.refused.emplace_back(reading.refused);
    if (observation.failure) kept.failure = *observation.failure;
    seen.push_back(std::move(kept));
}

Rig::Rig() : authority(make_authority("test authority")), identity(make_server(authority)) {
    scratch_.write("ca.pem", authority.certificate);
    group_->number = 1;
    group_->user = "admin";
    group_->password = Secret("secret\"12\\");
    group_->interval = group_->chassis_interval = 100ms;
    group_->supplies_interval = group_->bios_interval = 100ms;
    group_->timeout = 3s;
    group_->first_retry = 50ms;
    group_->refusal_hold = 500ms;
}

Rig::~Rig() {
    stop();
    bmcs_.clear();
    loop.restart();
    loop.run_for(50ms);
}

TestBmc& Rig::add(Tree tree, bool plain) {
    bmcs_.push_back(std::make_unique<TestBmc>(loop, std::move(tree), plain ? nullptr : &identity));
    const redfish::Trust trust{.plain_http = plain,
                               .ca_file = plain ? "" : (scratch_.path() / "ca.pem").string()};
    config_.bmcs.push_back({.node = fmt::format("n{}", config_.bmcs.size() + 1),
                            .host = "127.0.0.1",
                            .port = bmcs_.back()->port(),
                            .system = "",
                            .group = group_,
                            .trust = trust});
    return *bmcs_.back();
}

void Rig::add_node(const std::string& system, std::size_t bmc) {
    config_.bmcs.push_back(config_.bmcs.at(bmc));
    config_.bmcs.back().node = fmt::format("n{}", config_.bmcs.size());
    config_.bmcs.back().system = system;
}

void Rig::make() {
    auto made = redfish::make_module(loop, config_);
    REQUIRE_MESSAGE(made, made.error().text);
    module = *std::move(made);
}

void Rig::start() {
    make();
    module->source()->start(collector);
}

bool Rig::until(const std::function<bool()>& done, std::chrono::milliseconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        if (loop.stopped()) loop.restart();
        loop.run_one_for(20ms);
    }
    return true;
}

Seen Rig::next(const std::function<bool(const Seen&)>& wanted, std::chrono::milliseconds longest) {
    std::optional<Seen> found;
    const bool came = until(
        [&] {
            for (; taken_ < collector.seen.size() && !found; ++taken_)
                if (wanted(collector.seen[taken_])) found = collector.seen[taken_];
            return found.has_value();
        },
        longest);
    REQUIRE_MESSAGE(came, "no such observation came");
    return *found;
}

void Rig::stop() {
    if (stopped_ || !module) return;
    stopped_ = true;
    bool done = false;
    const auto ended = [&done](std::exception_ptr) { done = true; };
    asio::co_spawn(loop, module->stop(), ended);
    CHECK(until([&] { return done; }, 3s));
}

}  // namespace frugald::test
