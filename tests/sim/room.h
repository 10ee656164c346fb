#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ports/actuator.h"
#include "tests/sim/dice.h"
#include "tests/sim/history.h"
#include "tests/sim/queue.h"

namespace frugald::sim {

/// A node's hardware. Its BMC answers also when it is off.
struct Machine {
    bool on = true;
    bool slurmd = true;       // has registered and answers pings
    WallTime boot_time{};     // of the running system
    unsigned power_turn = 0;  // grows with every change of power: what an older turn began is void
    double idle_watts = 120, full_watts = 400;
    bool busy = false;

    bool boots = true;  // else the next power-on hangs before slurmd
    CapReading cap{};
    double lowest_cap = 0;  // what the BMC silently raises a limit to
};

/// A BMC as seen from the management network, and what is wrong with it.
struct Bmc {
    std::size_t machine = 0;  // what its wires lead to; not its own node after a swap of cables
    std::string guid;         // of the board that answers
    unsigned session = 1;
    milliseconds dead_until{0};     // no answer
    milliseconds slow_until{0};     // 1 to 20 s for an answer
    milliseconds ignores_until{0};  // accepts commands and does nothing
    milliseconds late_until{0};     // does the command, and answers after the time-out
};

/// What a command or a fault does to the world outside of the machine.
struct PowerSwitch {
    std::function<void(std::size_t machine)> went_off;  // abruptly or not
    std::function<void(std::size_t machine)> registered;
};

/// The machines and their BMCs.
class Room {
public:
    /// A fifth of the managed nodes is on, and all of the others.
    Room(unsigned nodes, unsigned managed, VirtualClock& clock, Queue& queue, Dice& dice,
         Chronicle& chronicle);

    void use(PowerSwitch power_switch) { switch_ = std::move(power_switch); }
    std::size_t size() const { return machines_.size(); }
    Machine& machine(std::size_t i) { return machines_[i]; }
    Bmc& bmc(std::size_t i) { return bmcs_[i]; }
    const std::string& name(std::size_t i) const { return names_[i]; }
    std::optional<std::size_t> find(std::string_view name) const;

    /// A command arrives at the BMC of node `i` and is carried out.
    void receive(std::size_t i, PowerCommand command);
    /// `switches_off`: when the node draws more than that, as IPMI's exception action 01h.
    void receive_cap(std::size_t i, std::optional<Watts> limit, bool switches_off);
    /// The BMC restarts: silent for a while, limits forgotten.
    void restart_bmc(std::size_t i, milliseconds takes);
    /// Somebody's hand on the button of machine `i`.
    void press(std::size_t i, bool on);
    double watts(std::size_t machine) const;
    /// Of the board that belongs to node `i`.
    static std::string guid_of(std::size_t i) { return "g-" + std::to_string(i + 1); }
    /// Who is cutting the power of a machine, while `went_off` is told: "frugald" or "hand".
    const std::string& by() const { return by_; }

private:
    void switch_on(std::size_t machine);
    void switch_off(std::size_t machine);
    void shut_down(std::size_t machine);

    VirtualClock& clock_;
    Queue& queue_;
    Dice& dice_;
    Chronicle& chronicle_;
    PowerSwitch switch_;
    std::string by_;
    std::vector<std::string> names_;
    std::vector<Machine> machines_;
    std::vector<Bmc> bmcs_;
};

}  // namespace frugald::sim
