#pragma once

#include "tests/sim/disk.h"
#include "tests/sim/plan.h"
#include "tests/sim/slurm.h"

namespace frugald::sim {

/// How the network and slurmctld treat frugald at the moment.
struct Weather {
    milliseconds slurm_slow_until{0};
    milliseconds hooks_late_until{0};
    bool hooks_twice = false;
};

/// Everything outside of frugald's process.
struct World {
    World(const Plan& plan, Slurm::Settings settings, Slurm::CallHook call_hook);

    Plan plan;
    VirtualClock clock;
    Queue queue{clock};
    Dice dice;
    Chronicle chronicle;
    Room room;
    Slurm slurm;
    Disk disk;
    Weather weather;
};

}  // namespace frugald::sim
