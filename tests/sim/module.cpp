#include "tests/sim/module.h"

#include <fmt/format.h>

#include "daemon/ports/event.h"
#include "tests/sim/plants.h"

namespace frugald::sim {

namespace {

constexpr seconds bmc_time_out{10};
constexpr hours poll_interval{1};
constexpr minutes retry_interval{2};  // of a BMC that does not answer

tl::unexpected<Error> no_answer(const std::string& node) {
    return fail(Fault::timeout, node + ": the BMC does not answer");
}

}  // namespace

std::vector<DeclaredDevice> SimModule::devices() const {
    std::vector<DeclaredDevice> all;
    for (std::size_t i = 0; i < world_.room.size(); ++i)
        all.push_back({DeviceKind::node, world_.room.name(i), {}, {}});
    return all;
}

asio::awaitable<void> SimModule::stop() {
    sink_ = nullptr;
    co_return;
}

void SimModule::start(ObservationSink& sink) {
    sink_ = &sink;
    poll_room(true);
}

/// Two quick rounds, as a source that starts does, then one an hour: in between, what has changed
/// is seen by `refresh`.
void SimModule::poll_room(bool first) {
    const auto round = [this, dead = dead_] {
        if (*dead || !sink_) return;
        for (std::size_t i = 0; i < world_.room.size(); ++i) observe(i);
    };
    if (first) world_.queue.after(seconds{1}, round);
    world_.queue.after(first ? milliseconds{seconds{3}} : milliseconds{poll_interval},
                       [this, round, dead = dead_] {
                           if (*dead || !sink_) return;
                           round();
                           poll_room(false);
                       });
}

void SimModule::refresh(std::string_view device) {
    const auto i = world_.room.find(device);
    if (!i) return;
    world_.queue.after(milliseconds{100}, [this, i, dead = dead_] {
        if (!*dead && sink_) observe(*i);
    });
}

bool SimModule::silent(std::size_t i) const {
    return world_.clock.time() < world_.room.bmc(i).dead_until;
}

void SimModule::observe(std::size_t i) {
    const auto machine = world_.room.bmc(i).machine;
    const Error failure{Fault::timeout, world_.room.name(i) + ": the BMC does not answer"};
    const Reading watts{Quantity::power_watts, Part::total, {}, world_.room.watts(machine), {}};
    Observation seen;
    seen.device = world_.room.name(i);
    seen.at = world_.clock.wall();
    if (silent(i)) {
        seen.failure = &failure;
        ask_again(i);
    } else {
        seen.source = "dcmi";
        seen.chassis = world_.room.machine(machine).on ? Chassis::on : Chassis::off;
        seen.readings = {&watts, 1};
    }
    sink_->take(seen);
}

void SimModule::ask_again(std::size_t i) {
    if (!asked_again_.insert(i).second) return;
    world_.queue.after(milliseconds{retry_interval}, [this, i, dead = dead_] {
        if (*dead || !sink_) return;
        asked_again_.erase(i);
        observe(i);
    });
}

milliseconds SimModule::answer_time(std::size_t i) {
    auto& dice = world_.dice;
    if (world_.clock.time() < world_.room.bmc(i).slow_until)
        return dice.between(seconds{1}, seconds{20});
    return dice.between(milliseconds{5}, milliseconds{80});
}

/// A question and its answer.
asio::awaitable<Result<void>> SimModule::round_trip(std::size_t i) {
    const auto takes = answer_time(i);
    const bool lost = silent(i) || world_.clock.time() < world_.room.bmc(i).late_until;
    const milliseconds wait = lost ? milliseconds{bmc_time_out} : takes;
    co_await pause(wait);
    if (lost || silent(i)) co_return no_answer(world_.room.name(i));
    co_return Result<void>{};
}

asio::awaitable<Result<Chassis>> SimModule::chassis(std::string node) {
    const auto i = *world_.room.find(node);
    const auto answer = co_await round_trip(i);
    if (!answer) co_return tl::unexpected<Error>(answer.error());
    co_return world_.room.machine(world_.room.bmc(i).machine).on ? Chassis::on : Chassis::off;
}

asio::awaitable<Result<void>> SimModule::power(std::string node, PowerCommand command,
                                               StillWanted still_wanted) {
    const auto i = *world_.room.find(node);
    const auto turn_comes = world_.dice.between(milliseconds{0}, answer_time(i));
    co_await pause(turn_comes);
    const bool late = sends_late(world_.plan.plant) && command != PowerCommand::on;
    const milliseconds held_up{late ? world_.dice.between(seconds{0}, minutes{2}) : seconds{0}};
    if (late) co_await pause(held_up);
    if (!late && !still_wanted()) co_return fail(Fault::cancelled, "no longer wanted");
    if (*dead_) co_return no_answer(node);
    if (!silent(i)) {
        const auto travels = world_.dice.between(milliseconds{1}, milliseconds{20});
        world_.queue.after(travels,
                           [&world = world_, i, command] { world.room.receive(i, command); });
    }
    co_return co_await round_trip(i);
}

asio::awaitable<Result<CapReading>> SimModule::cap(std::string node) {
    const auto i = *world_.room.find(node);
    const auto answer = co_await round_trip(i);
    if (!answer) co_return tl::unexpected<Error>(answer.error());
    CapReading seen = world_.room.machine(world_.room.bmc(i).machine).cap;
    seen.way = "dcmi";
    co_return seen;
}

asio::awaitable<Result<void>> SimModule::change_cap(std::string node, std::optional<Watts> limit) {
    const auto i = *world_.room.find(node);
    if (*dead_) co_return no_answer(node);
    const bool switches_off = caps_switch_off(world_.plan.plant);
    if (!silent(i)) world_.room.receive_cap(i, limit, switches_off);
    co_return co_await round_trip(i);
}

asio::awaitable<Result<void>> SimModule::set_cap(std::string node, Watts limit) {
    return change_cap(std::move(node), limit);
}

asio::awaitable<Result<void>> SimModule::release_cap(std::string node) {
    return change_cap(std::move(node), std::nullopt);
}

unsigned SimModule::session(std::string_view node) const {
    const auto i = world_.room.find(node);
    return i ? world_.room.bmc(*i).session : 0;
}

std::optional<std::string> SimModule::identity(std::string_view node) const {
    const auto i = world_.room.find(node);
    if (!i || ignores_identity(world_.plan.plant)) return std::nullopt;
    return world_.room.bmc(*i).guid;
}

/// The answer shows the moment of the question, however long it takes; a slurmctld that goes away
/// meanwhile gives none.
asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> SimModule::read() {
    const bool slow = world_.clock.time() < world_.weather.slurm_slow_until;
    milliseconds takes = world_.dice.between(milliseconds{2}, milliseconds{30});
    if (slow) takes = world_.dice.between(milliseconds{500}, milliseconds{8000});
    if (world_.slurm.away()) {
        co_await pause(seconds{5});
        co_return fail(Fault::timeout, "slurmctld does not answer");
    }
    const auto life = world_.slurm.life();
    const auto view = world_.slurm.picture();
    co_await pause(takes);
    if (world_.slurm.life() != life)
        co_return fail(Fault::timeout, "slurmctld has broken off the connection");
    view->read_at = Instant::now();
    co_return std::shared_ptr<const SchedulerView>{view};
}

asio::awaitable<Result<void>> SimModule::command(SchedulerCommand what,
                                                 std::vector<std::string> nodes, std::string) {
    const auto takes = world_.dice.between(milliseconds{5}, milliseconds{60});
    co_await pause(takes);
    if (world_.slurm.away()) {
        co_await pause(seconds{5});
        co_return fail(Fault::timeout, "slurmctld does not answer");
    }
    if (*dead_) co_return fail(Fault::cancelled, "dead");
    world_.slurm.command(what, nodes);
    co_return Result<void>{};
}

}  // namespace frugald::sim
