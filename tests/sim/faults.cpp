// Numbers: the catalogue of faults in docs/simulation.md.
#include "tests/sim/faults.h"

namespace frugald::sim {

void Faults::on_average_every(milliseconds mean, const char* name, std::function<void()> happen) {
    constexpr double share_of_runs = 0.5;
    if (!world_.dice.chance(share_of_runs)) return;
    struct Again {
        static void plan(Faults& faults, milliseconds every, const char* what,
                         const std::function<void()>& fault) {
            faults.world_.queue.after(
                faults.world_.dice.wait(every), [&faults, every, what, fault] {
                    if (faults.calm_) return;
                    faults.world_.chronicle.count("faults");
                    faults.world_.chronicle.count(std::string{"fault "} + what);
                    faults.world_.chronicle.add("world_fault", "", {{"what", std::string{what}}});
                    fault();
                    plan(faults, every, what, fault);
                });
        }
    };
    Again::plan(*this, mean, name, happen);
}

void Faults::start() {
    of_bmcs();
    of_slurm();
    of_the_host();
    of_the_disk();
}

void Faults::fail_bmc(milliseconds Bmc::*until, milliseconds least, milliseconds most) {
    const auto i = any_node();
    const auto length = between(least, most);
    world_.chronicle.add("world_fault", world_.room.name(i), {{"seconds", length.count() / 1000}});
    auto& end = world_.room.bmc(i).*until;
    end = std::max(end, world_.clock.time() + length);
    world_.slurm.excuse(i, length);
}

/// BMCs side by side fall silent. Nothing is switched on below a PDU of which too little is known
/// (N7): all its nodes may wait for it in vain.
void Faults::darken(std::size_t first, std::size_t count, milliseconds length) {
    const auto all = world_.room.size();
    const auto end = std::min(first + count, all);
    for (std::size_t i = first; i < end; ++i) {
        auto& until = world_.room.bmc(i).dead_until;
        until = std::max(until, world_.clock.time() + length);
    }
    const auto last_pdu = (end - 1) / per_pdu;
    for (auto i = first / per_pdu * per_pdu; i < std::min((last_pdu + 1) * per_pdu, all); ++i)
        world_.slurm.excuse(i, length);
}

void Faults::swap_cables(std::size_t a, std::size_t b) {
    auto &one = world_.room.bmc(a), &other = world_.room.bmc(b);
    std::swap(one.machine, other.machine);
    std::swap(one.guid, other.guid);
    ++one.session;
    ++other.session;
}

/// The BMC of node `i` is its own board's again.
void Faults::set_right(std::size_t i) {
    auto& bmc = world_.room.bmc(i);
    if (bmc.machine == i && bmc.guid == Room::guid_of(i)) return;
    world_.slurm.excuse(i, hours{2});  // until somebody has accepted what was learnt amiss
    bmc.machine = i;
    bmc.guid = Room::guid_of(i);
    ++bmc.session;
}

void Faults::of_bmcs() {
    on_average_every(hours{2}, "B1 dead BMC",
                     [this] { fail_bmc(&Bmc::dead_until, minutes{1}, minutes{60}); });
    on_average_every(hours{16}, "B1 dead switch", [this] {
        const auto length = between(minutes{2}, minutes{20});
        darken(any_node(), 40, length);
    });
    on_average_every(hours{40}, "B1 a row without BMCs", [this] {  // until its nodes are unknown
        const auto row = world_.dice.below((world_.room.size() + per_pdu - 1) / per_pdu) * per_pdu;
        darken(row, per_pdu, between(hours{4}, hours{6}));
    });
    on_average_every(hours{40}, "N9 two boards with one GUID", [this] {
        const auto a = any_node(), b = any_node();
        auto &one = world_.room.bmc(a), &other = world_.room.bmc(b);
        const auto length = between(minutes{20}, hours{3});
        world_.slurm.excuse(a, length);
        world_.slurm.excuse(b, length);
        other.guid = one.guid;
        ++other.session;
        world_.queue.after(length, [this, a, b] {
            set_right(a);
            set_right(b);
        });
    });
    on_average_every(hours{2}, "B2 slow BMC",
                     [this] { fail_bmc(&Bmc::slow_until, minutes{10}, minutes{60}); });
    on_average_every(hours{3}, "B3 late answers",
                     [this] { fail_bmc(&Bmc::late_until, minutes{5}, minutes{30}); });
    on_average_every(hours{3}, "B7 BMC restarts", [this] {
        const auto i = any_node();
        const auto takes = between(seconds{10}, minutes{3});
        world_.room.restart_bmc(i, takes);
        world_.slurm.excuse(i, takes);
    });
    on_average_every(hours{3}, "B11 commands without effect",
                     [this] { fail_bmc(&Bmc::ignores_until, minutes{10}, minutes{90}); });
    on_average_every(hours{10}, "N9 swapped cables", [this] {
        // What is wrong at first contact, nobody can know.
        if (world_.clock.time() < minutes{5}) return;
        const auto a = any_node(), b = any_node();
        const auto length = between(minutes{20}, hours{3});
        swap_cables(a, b);
        world_.slurm.excuse(a, length);
        world_.slurm.excuse(b, length);
        world_.queue.after(length, [this, a, b] {
            set_right(a);
            set_right(b);
        });
    });
    on_average_every(hours{3}, "boot failure", [this] {
        const auto i = any_node();
        const auto length = between(minutes{30}, hours{3});
        world_.room.machine(i).boots = false;
        world_.slurm.excuse(i, length);
        world_.queue.after(length, [this, i] { world_.room.machine(i).boots = true; });
    });
}

void Faults::of_slurm() {
    on_average_every(hours{12}, "S1 slurmctld away",
                     [this] { world_.slurm.go_away(between(seconds{5}, minutes{10})); });
    on_average_every(hours{12}, "S1 slurmctld slow", [this] {
        const auto length = between(minutes{1}, minutes{10});
        world_.weather.slurm_slow_until = world_.clock.time() + length;
        world_.slurm.excuse_all(length);
    });
    on_average_every(hours{8}, "S1 nodes missing in the answer", [this] {
        for (int k = 0; k < 4; ++k) {
            const auto i = any_node();
            const auto length = between(minutes{1}, minutes{15});
            world_.slurm.hide(i, true);
            world_.slurm.excuse(i, length);
            world_.queue.after(length, [this, i] { world_.slurm.hide(i, false); });
        }
    });
    on_average_every(hours{8}, "S3 slurmctld kill -9",
                     [this] { world_.slurm.crash(between(seconds{3}, minutes{2})); });
    on_average_every(hours{6}, "S5 hooks late and out of order", [this] {
        const auto length = between(minutes{5}, minutes{40});
        world_.weather.hooks_late_until = world_.clock.time() + length;
        world_.slurm.excuse_all(length);
    });
    world_.weather.hooks_twice = world_.dice.chance(0.5);  // S4
}

void Faults::of_the_host() {
    on_average_every(hours{12}, "T1 wall clock steps", [this] {
        // A node that boots while slurmctld's clock is ahead counts as not booted for an hour.
        if (world_.clock.time() + world_.plan.calm + hours{2} > world_.plan.lasts) return;
        const auto by = milliseconds{world_.dice.chance(0.5) ? hours{1} : -hours{1}};
        world_.clock.step_wall(by);
        world_.slurm.wall_stepped();
        world_.queue.after(between(minutes{1}, minutes{30}), [this, by] {
            world_.clock.step_wall(-by);
            world_.slurm.wall_stepped();
        });
    });
    on_average_every(hours{12}, "T3 SIGSTOP", [this] {
        if (host_.runs()) host_.freeze(minutes{10});
    });
    on_average_every(hours{8}, "D4 kill -9", [this] {
        host_.kill(between(milliseconds{500}, world_.dice.chance(0.2) ? minutes{20} : minutes{1}));
    });
    on_average_every(hours{12}, "SIGTERM",
                     [this] { host_.restart(between(milliseconds{500}, minutes{2})); });
}

void Faults::of_the_disk() {
    const auto broken = [this](const char* failure) {
        return [this, failure] {
            const auto length = between(seconds{5}, minutes{20});
            world_.disk.failure = failure;
            world_.slurm.excuse_all(length);
            world_.queue.after(length, [this] { world_.disk.failure.clear(); });
        };
    };
    on_average_every(hours{16}, "D1 disk full", broken("no space left on device"));
    on_average_every(hours{16}, "D2 EIO", broken("input/output error"));
    on_average_every(hours{4}, "D5 power cut at a write", [this] {
        if (host_.up()) host_.crash_at_write(world_.dice.chance(0.5));
    });
}

void Faults::calm_down() {
    calm_ = true;
    world_.disk.failure.clear();
    world_.disk.at_write = {};
    world_.weather.hooks_twice = false;
    world_.weather.hooks_late_until = world_.weather.slurm_slow_until = milliseconds{0};
    for (std::size_t i = 0; i < world_.room.size(); ++i) {
        auto& bmc = world_.room.bmc(i);
        bmc.dead_until = bmc.slow_until = bmc.late_until = bmc.ignores_until = milliseconds{0};
        world_.room.machine(i).boots = true;
        world_.slurm.hide(i, false);
        set_right(i);
    }
    world_.slurm.excuse_all(minutes{10});
}

}  // namespace frugald::sim
