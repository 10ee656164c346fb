#include "tests/sim/world.h"

#include <fmt/format.h>

namespace frugald::sim {

World::World(const Plan& wanted, Slurm::Settings settings, Slurm::CallHook call_hook)
    : plan(wanted),
      dice(wanted.seed),
      chronicle(clock, wanted.trace),
      room(wanted.nodes, wanted.managed(), clock, queue, dice, chronicle),
      slurm(settings, room, clock, queue, dice, chronicle, std::move(call_hook)) {
    room.use({[this](std::size_t i) { slurm.node_went_off(i); },
              [this](std::size_t i) { slurm.node_registered(i); }});
    slurm.when_job_lost([this](std::size_t i) {
        if (room.by() == "frugald")
            chronicle.fail(
                "N1", fmt::format("frugald cut the power of {} under a running job", room.name(i)));
    });
    for (std::size_t i = 0; i < room.size(); ++i)
        if (dice.chance(0.1)) room.machine(i).lowest_cap = 250;
}

}  // namespace frugald::sim
