#pragma once

#include <cstdint>
#include <functional>

#include "tests/room/journal.h"
#include "tests/room/loop.h"
#include "tests/room/node.h"

namespace frugald::room {

/// Chassis Control's actions, IPMI 2.0 table 28-4.
enum class ChassisAction : std::uint8_t { off, on, cycle, reset, diagnostic, soft };
const char* to_string(ChassisAction action);

class Machines;

/// The power of the nodes: what a chassis action does now and later, and to the machine behind it.
class Chassis {
public:
    Chassis(Loop& loop, Journal& journal, Machines& machines)
        : loop_(loop), journal_(journal), machines_(machines) {}

    void command(Node& node, ChassisAction action);
    /// The node's machine process is gone: by our cut, or because it shut itself down.
    void machine_ended(Node& node);

private:
    void on(Node& node);
    void off(Node& node);
    void soft(Node& node);
    /// `task` after `delay`, unless the power changed in between.
    void later(Node& node, Seconds delay, std::function<void()> task);

    Loop& loop_;
    Journal& journal_;
    Machines& machines_;
};

}  // namespace frugald::room
