#include "plugins/redfish/poller.h"

#include <algorithm>

#include "daemon/core/log.h"

namespace frugald::redfish {
namespace {

constexpr milliseconds longest_back_off{60000};

}  // namespace

Poller::Poller(asio::io_context& loop, Machine& machine, BiosWatch& bios)
    : loop_(loop),
      machine_(machine),
      bios_(bios),
      timer_(loop),
      random_(static_cast<unsigned>(std::hash<std::string>{}(machine.node))) {}

void Poller::start(ObservationSink& sink, milliseconds phase) {
    if (running_) return;
    sink_ = &sink;
    first_ = next_ = Steady::now() + phase;
    running_ = true;
    asio::co_spawn(loop_, run(), asio::detached);
}

void Poller::refresh() {
    again_ = true;
    timer_.cancel();
}

void Poller::stop() {
    stopping_ = true;
    timer_.cancel();
}

asio::awaitable<void> Poller::run() {
    while (!stopping_) {
        co_await sleep();
        if (stopping_) break;
        again_ = false;
        co_await poll();
    }
    running_ = false;
}

asio::awaitable<void> Poller::sleep() {
    // A refresh does not hurry a BMC that refused the login.
    const auto held = machine_.bmc.held_until();
    if (again_ && Steady::now() >= held) co_return;
    boost::system::error_code cancelled;
    timer_.expires_at(next_);
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<void> Poller::poll() {
    began_ = Steady::now();
    const Result<void> read_well = co_await read();
    if (stopping_) co_return;
    if (!read_well) {
        failed(read_well.error());
        co_return;
    }
    succeeded();
    if (began_ < next_bios_ || machine_.layout->bios.empty()) co_return;
    next_bios_ = began_ + machine_.group->bios_interval;
    co_await read_bios();
}

asio::awaitable<Result<void>> Poller::read() {
    const Result<void> known = co_await know_layout(machine_, {Priority::background, nullptr});
    if (!known) co_return tl::unexpected(known.error());
    Chassis seen = Chassis::unknown;
    const Result<void> asked = co_await read_chassis(seen);
    if (!asked) co_return tl::unexpected(asked.error());
    Result<PowerSample> sample = co_await read_node_power(machine_, chassis_);
    if (!sample) co_return tl::unexpected(sample.error());
    if (began_ >= next_supplies_) {
        next_supplies_ = began_ + machine_.group->supplies_interval;
        std::vector<Supply> supplies = co_await read_supplies(machine_);
        if (!supplies.empty()) sample->supplies = std::move(supplies);
    }
    if (!stopping_) report(*sample, seen);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Poller::read_chassis(Chassis& seen) {
    if (began_ < next_chassis_ || machine_.layout->system.empty()) co_return Result<void>{};
    const Result<SystemFacts> facts = co_await ask_system(machine_, {});
    // It is listed, but not there: its power may be read all the same.
    if (!facts && facts.error().fault == Fault::unsupported) co_return Result<void>{};
    if (!facts) co_return tl::unexpected(facts.error());
    chassis_ = seen = facts->chassis;
    // Half an interval early still counts: beats and polls are not exactly apart.
    next_chassis_ = began_ + machine_.group->chassis_interval - machine_.group->interval / 2;
    co_return Result<void>{};
}

asio::awaitable<void> Poller::read_bios() {
    const Result<Reply> reply =
        co_await machine_.bmc.get(machine_.layout->bios, {Priority::background, nullptr});
    if (!reply) {
        log::debug("redfish: {}", reply.error().text);
        co_return;
    }
    const Group& group = *machine_.group;
    const auto attributes =
        energy_attributes(read_bios_attributes(reply->document), group.expected_bios);
    if (!attributes.empty())
        bios_.take(group.number, machine_.node, attributes, group.expected_bios);
}

void Poller::report(const PowerSample& sample, Chassis seen) {
    std::vector<Reading> readings;
    if (sample.watts)
        readings.push_back({.quantity = Quantity::power_watts, .value = *sample.watts});
    if (!sample.refused.empty())
        readings.push_back({.quantity = Quantity::power_watts, .refused = sample.refused});
    if (sample.energy_joules)
        readings.push_back({.quantity = Quantity::energy_joules, .value = *sample.energy_joules});
    for (const Supply& supply : sample.supplies)
        readings.push_back({Quantity::power_watts, Part::psu, supply.name, supply.watts});
    note_missing_power(!sample.watts);
    sink_->take({.device = machine_.node,
                 .source = sample.source,
                 .at = Instant::now().wall,
                 .took = Steady::now() - began_,
                 .chassis = seen,
                 .readings = readings});
}

void Poller::note_missing_power(bool missing) {
    if (missing == power_missing_) return;
    power_missing_ = missing;
    if (missing)
        log::warning(
            "redfish: {} gives no power reading of {}: neither EnvironmentMetrics, Power nor a "
            "sensor has one; give the node a PDU outlet",
            machine_.bmc.label(), machine_.node);
    else
        log::notice("redfish: {} gives power readings again", machine_.bmc.label());
}

void Poller::succeeded() {
    back_off_ = milliseconds{0};
    const auto interval = machine_.group->interval;
    const auto beats = (Steady::now() - first_) / interval + 1;
    next_ = first_ + beats * interval;
}

void Poller::failed(const Error& error) {
    if (error.fault == Fault::cancelled) {
        next_ = Steady::now() + machine_.group->first_retry;
        return;
    }
    next_chassis_ = {};
    back_off_ = back_off_ == milliseconds{0} ? machine_.group->first_retry
                                             : std::min(2 * back_off_, longest_back_off);
    // So that BMCs that fell silent together do not come back together.
    std::uniform_int_distribution<std::int64_t> up_to(0, back_off_.count() / 4);
    next_ = std::max(Steady::now() + back_off_, machine_.bmc.held_until()) +
            milliseconds(up_to(random_));
    sink_->take({.device = machine_.node, .at = Instant::now().wall, .failure = &error});
}

}  // namespace frugald::redfish
