#include "tests/sim/room.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald::sim {

namespace {

const char* word(PowerCommand command) {
    static constexpr const char* words[] = {"on", "off", "soft", "cycle"};
    return words[static_cast<int>(command)];
}

}  // namespace

Room::Room(unsigned nodes, unsigned managed, VirtualClock& clock, Queue& queue, Dice& dice,
           Chronicle& chronicle)
    : clock_(clock),
      queue_(queue),
      dice_(dice),
      chronicle_(chronicle),
      machines_(nodes),
      bmcs_(nodes) {
    for (unsigned i = 0; i < nodes; ++i) {
        names_.push_back(fmt::format("c{:03}", i + 1));
        machines_[i].boot_time = clock.true_wall() - hours{24};
        machines_[i].on = machines_[i].slurmd =
            i < nodes / 5 || i >= managed;  // the others are asleep
        chronicle.add("world_chassis", names_[i], {{"on", machines_[i].on}});
        bmcs_[i].machine = i;
        bmcs_[i].guid = guid_of(i);
    }
}

std::optional<std::size_t> Room::find(std::string_view name) const {
    std::size_t number = 0;  // asked a million times a day: the name tells the place
    for (const char c : name.substr(std::min<std::size_t>(1, name.size())))
        number = number * 10 + static_cast<std::size_t>(c - '0');
    if (number == 0 || number > names_.size() || name.size() != names_[number - 1].size())
        return std::nullopt;
    return number - 1;
}

void Room::receive(std::size_t i, PowerCommand command) {
    const std::size_t machine = bmcs_[i].machine;
    chronicle_.add("world_bmc", names_[machine],
                   {{"command", std::string{word(command)}}, {"guid", bmcs_[i].guid}});
    chronicle_.count(std::string{"bmc "} + word(command));
    by_ = "frugald";
    if (machine != i)
        chronicle_.fail(
            "N9", fmt::format("{} of {} reached {}", word(command), names_[i], names_[machine]));
    if (clock_.time() < bmcs_[i].ignores_until) return;
    if (command == PowerCommand::on) {
        switch_on(machine);
    } else if (command == PowerCommand::soft) {
        shut_down(machine);
    } else {
        switch_off(machine);
        if (command == PowerCommand::cycle) switch_on(machine);
    }
}

void Room::receive_cap(std::size_t i, std::optional<Watts> limit, bool switches_off) {
    const std::size_t machine = bmcs_[i].machine;
    std::vector<std::pair<std::string, HistoryValue>> fields{
        {"command", std::string{limit ? "cap" : "uncap"}}, {"guid", bmcs_[i].guid}};
    if (limit) fields.emplace_back("watts", limit->value);
    if (limit) fields.emplace_back("exception", std::int64_t{switches_off});
    chronicle_.add("world_bmc", names_[machine], std::move(fields));
    chronicle_.count(limit ? "bmc cap" : "bmc uncap");
    if (clock_.time() < bmcs_[i].ignores_until) return;
    Machine& one = machines_[machine];
    one.cap.active = limit.has_value();
    if (limit) one.cap.limit = Watts{std::max(limit->value, one.lowest_cap)};
}

void Room::restart_bmc(std::size_t i, milliseconds takes) {
    bmcs_[i].dead_until = std::max(bmcs_[i].dead_until, clock_.time() + takes);
    ++bmcs_[i].session;
    machines_[bmcs_[i].machine].cap.active = false;
}

void Room::press(std::size_t i, bool on) {
    by_ = "hand";
    chronicle_.add("world_admin", names_[i],
                   {{"does", std::string{on ? "press on" : "press off"}}});
    if (on)
        switch_on(i);
    else
        switch_off(i);
}

double Room::watts(std::size_t machine) const {
    const Machine& one = machines_[machine];
    if (!one.on) return 8;
    const double wanted = one.busy ? one.full_watts : one.idle_watts;
    return one.cap.active ? std::min(wanted, one.cap.limit.value) : wanted;
}

void Room::switch_on(std::size_t machine) {
    Machine& one = machines_[machine];
    if (one.on) return;
    one.on = true;
    chronicle_.add("world_chassis", names_[machine], {{"on", true}, {"by", by_}});
    const unsigned turn = ++one.power_turn;
    const auto boots_for = dice_.between(seconds{35}, seconds{150});
    const auto boot_time = clock_.true_wall() + boots_for / 3;
    if (!one.boots) return;
    queue_.after(boots_for, [this, machine, turn, boot_time] {
        Machine& booted = machines_[machine];
        if (booted.power_turn != turn) return;
        booted.slurmd = true;
        booted.boot_time = boot_time;
        switch_.registered(machine);
    });
}

void Room::switch_off(std::size_t machine) {
    Machine& one = machines_[machine];
    if (!one.on) return;
    one.on = one.slurmd = one.busy = false;
    chronicle_.add("world_chassis", names_[machine], {{"on", false}, {"by", by_}});
    ++one.power_turn;
    switch_.went_off(machine);
}

/// An orderly shutdown: slurmd ends first, the power later; one in thirty hangs before slurmd.
void Room::shut_down(std::size_t machine) {
    if (!machines_[machine].on) return;
    const unsigned turn = machines_[machine].power_turn;
    if (dice_.chance(0.03)) return;
    const auto takes = dice_.between(seconds{5}, seconds{90});
    queue_.after(dice_.between(seconds{1}, seconds{4}), [this, machine, turn] {
        Machine& one = machines_[machine];
        if (one.power_turn != turn || !one.slurmd) return;
        by_ = "frugald";
        one.slurmd = one.busy = false;
        switch_.went_off(machine);
    });
    queue_.after(takes, [this, machine, turn] {
        by_ = "frugald";
        if (machines_[machine].power_turn == turn) switch_off(machine);
    });
}

}  // namespace frugald::sim
