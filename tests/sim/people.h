#pragma once

#include "tests/sim/host.h"

namespace frugald::sim {

/// Users who submit jobs, and administrators with frugalctl, scontrol, ipmitool and their hands.
class People {
public:
    People(World& world, Host& host) : world_(world), host_(host) {}

    void start();
    /// Goes home, after having put in order what is held, drained or down.
    void go_home();

private:
    void submit_jobs();
    void on_average_every(milliseconds mean, std::function<void()> act);
    std::optional<std::size_t> some_node(const std::function<bool(const SchedulerNode&)>& which);

    void of_slurm();
    void with_much_work();
    void with_hands();
    void with_frugalctl();
    void set_right();
    void power(std::size_t i, ActionKind kind);
    void cap(std::vector<std::string> nodes, std::optional<Watts> limit);
    void hold(std::vector<std::string> nodes, bool release);

    World& world_;
    Host& host_;
    bool home_ = false;
};

}  // namespace frugald::sim
