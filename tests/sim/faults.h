#pragma once

#include "tests/sim/host.h"

namespace frugald::sim {

/// What goes wrong. Each run has some kinds of faults and not others, so that each also meets
/// those that others would hide.
class Faults {
public:
    Faults(World& world, Host& host) : world_(world), host_(host) {}

    void start();
    /// From now on nothing more goes wrong, and what was wrong is mended.
    void calm_down();

private:
    void on_average_every(milliseconds mean, const char* name, std::function<void()> happen);
    std::size_t any_node() { return world_.dice.below(world_.room.size()); }
    milliseconds between(milliseconds least, milliseconds most) {
        return world_.dice.between(least, most);
    }
    void fail_bmc(milliseconds Bmc::*until, milliseconds least, milliseconds most);
    void darken(std::size_t first, std::size_t count, milliseconds length);

    void swap_cables(std::size_t a, std::size_t b);
    void set_right(std::size_t i);
    void of_bmcs();
    void of_slurm();
    void of_the_host();
    void of_the_disk();

    World& world_;
    Host& host_;
    bool calm_ = false;
};

}  // namespace frugald::sim
