#include "tests/sim/people.h"

#include <cmath>

namespace frugald::sim {

namespace {

bool is_idle(const SchedulerNode& node) {
    return node.base == NodeBase::idle && !node.powered_down && !node.powering_down &&
           !node.powering_up && !node.power_down && !node.completing && !node.in_use();
}
bool is_asleep(const SchedulerNode& node) {
    return node.base == NodeBase::idle && node.powered_down;
}
bool is_drained(const SchedulerNode& node) { return node.drain && is_idle(node); }

const Caller operator_at_night{0, 1, "uid 0 (root)"};

}  // namespace

void People::start() {
    submit_jobs();
    if (!world_.plan.faults) return;
    of_slurm();
    with_much_work();
    with_hands();
    with_frugalctl();
}

/// Most of the work comes by day, and some of it in heaps.
void People::submit_jobs() {
    if (home_) return;
    auto& dice = world_.dice;
    const int heap = dice.chance(0.1) ? dice.between(2, 6) : 1;
    for (int k = 0; k < heap; ++k) {
        const std::size_t wants =
            dice.chance(0.5) ? 1 : static_cast<std::size_t>(dice.between(2, 12));
        world_.slurm.submit(wants, dice.wait(hours{4}) + minutes{2});
    }
    const double hour = static_cast<double>(world_.clock.time().count()) / 3.6e6;
    const double by_day = 0.5 - 0.5 * std::cos(hour / 24 * 2 * 3.14159265358979);
    const double an_hour = (1.0 + 5.0 * by_day) * static_cast<double>(world_.room.size()) / 300;
    world_.queue.after(dice.wait(milliseconds{static_cast<std::int64_t>(3.6e6 / an_hour)}),
                       [this] { submit_jobs(); });
}

void People::on_average_every(milliseconds mean, std::function<void()> act) {
    world_.queue.after(world_.dice.wait(mean), [this, mean, act = std::move(act)] {
        if (home_) return;
        world_.chronicle.count("hands");
        act();
        on_average_every(mean, act);
    });
}

std::optional<std::size_t> People::some_node(
    const std::function<bool(const SchedulerNode&)>& which) {
    const auto first = world_.dice.below(world_.room.size());
    for (std::size_t k = 0; k < world_.room.size(); ++k) {
        const auto i = (first + k) % world_.room.size();
        if (which(world_.slurm.node(i))) return i;
    }
    return std::nullopt;
}

void People::of_slurm() {
    on_average_every(hours{8}, [this] {
        const auto i = world_.dice.below(world_.room.size());
        world_.slurm.drain(i, true);
        world_.queue.after(world_.dice.between(minutes{30}, hours{5}),
                           [this, i] { world_.slurm.drain(i, false); });
    });
    on_average_every(hours{16}, [this] {
        const auto first = world_.dice.below(world_.room.size());
        const auto length = world_.dice.between(minutes{30}, hours{3});
        for (std::size_t i = first; i < std::min(first + 10, world_.room.size()); ++i) {
            world_.slurm.reserve(i, true);
            world_.queue.after(length, [this, i] { world_.slurm.reserve(i, false); });
        }
    });
    on_average_every(hours{4}, [this] {
        const auto down = [](const SchedulerNode& node) { return node.base == NodeBase::down; };
        const auto i = some_node(down);
        if (i && !world_.slurm.away()) world_.slurm.repair(*i);
    });
}

/// A job that wants nearly all nodes of a PDU: more than it bears to start at once (N3).
void People::with_much_work() {
    if (world_.slurm.settings().resume_timeout < minutes{8}) return;
    on_average_every(hours{16}, [this] {
        const auto wants = static_cast<std::size_t>(world_.dice.between(120, 200));
        world_.slurm.submit(std::min(wants, world_.room.size() * 2 / 3), minutes{40});
    });
}

void People::with_hands() {
    on_average_every(hours{12}, [this] {
        const auto i = some_node(is_drained);
        if (!i) return;
        world_.slurm.excuse(*i, hours{2});
        world_.room.press(*i, false);
        world_.queue.after(world_.dice.between(minutes{5}, hours{1}),
                           [this, i] { world_.room.press(*i, true); });
    });
    on_average_every(hours{8}, [this] {
        const auto i = some_node(is_asleep);
        if (i) world_.room.press(*i, true);
    });
    on_average_every(hours{12}, [this] {  // somebody else's ipmitool, at the wrong node
        const auto i = world_.dice.below(world_.room.size());
        world_.slurm.excuse(i, hours{2});
        world_.room.press(i, !world_.room.machine(i).on);
    });
}

void People::with_frugalctl() {
    on_average_every(minutes{40}, [this] { set_right(); });
    on_average_every(hours{6}, [this] {
        const auto i = some_node(is_drained);
        static constexpr ActionKind kinds[] = {ActionKind::power_off, ActionKind::power_cycle,
                                               ActionKind::power_soft};
        if (i) power(*i, kinds[world_.dice.below(3)]);
    });
    on_average_every(hours{8}, [this] {
        const auto i = world_.dice.below(world_.room.size());
        static constexpr ActionKind kinds[] = {ActionKind::power_on, ActionKind::power_soft,
                                               ActionKind::power_off, ActionKind::suspend,
                                               ActionKind::wake};
        power(i, kinds[world_.dice.below(5)]);
    });
    on_average_every(hours{12}, [this] {  // at a node that is none of frugald's
        const auto managed = world_.plan.managed(), others = world_.plan.nodes - managed;
        if (others == 0) return;
        const auto i = managed + world_.dice.below(others);
        power(i, world_.dice.chance(0.5) ? ActionKind::power_off : ActionKind::power_on);
        cap({world_.room.name(i)}, Watts{250});
    });
    on_average_every(hours{3}, [this] {
        std::vector<std::string> nodes;
        const auto first = world_.dice.below(world_.room.size());
        for (std::size_t i = first; i < std::min(first + 4, world_.room.size()); ++i)
            nodes.push_back(world_.room.name(i));
        const bool off = world_.dice.chance(0.3);
        cap(nodes, off ? std::nullopt : std::optional{Watts{200.0 + world_.dice.between(0, 100)}});
    });
    on_average_every(hours{8}, [this] {
        const auto i = world_.dice.below(world_.room.size());
        const std::vector<std::string> nodes{world_.room.name(i)};
        world_.slurm.excuse(i, hours{4});
        hold(nodes, false);
        world_.queue.after(world_.dice.between(minutes{5}, hours{3}),
                           [this, nodes] { hold(nodes, true); });
    });
    on_average_every(hours{36}, [this] {
        const auto length = world_.dice.between(minutes{5}, minutes{40});
        world_.slurm.excuse_all(length);
        hold({}, false);
        world_.queue.after(length, [this] { hold({}, true); });
    });
}

void People::power(std::size_t i, ActionKind kind) {
    if (!host_.runs() || !host_.control()) return;
    world_.slurm.excuse(i, hours{2});
    PowerRequest what;
    what.nodes = {world_.room.name(i)};
    what.kind = kind;
    what.reason = "by hand";
    world_.chronicle.add("world_admin", what.nodes.front(),
                         {{"does", std::string{to_string(kind)}}});
    auto ask = [](Control& control, PowerRequest request) -> asio::awaitable<void> {
        co_await control.power(operator_at_night, request);
    };
    asio::co_spawn(host_.loop(), ask(*host_.control(), what), asio::detached);
}

void People::cap(std::vector<std::string> nodes, std::optional<Watts> limit) {
    if (!host_.runs() || !host_.control()) return;
    CapRequest what;
    what.nodes = std::move(nodes);
    what.limit = limit;
    what.lease = minutes{world_.dice.between(2, 120)};
    what.reason = "by hand";
    auto ask = [](Control& control, CapRequest request) -> asio::awaitable<void> {
        co_await control.cap(operator_at_night, request);
    };
    asio::co_spawn(host_.loop(), ask(*host_.control(), what), asio::detached);
}

void People::hold(std::vector<std::string> nodes, bool release) {
    if (!host_.runs() || !host_.control()) {  // nobody forgets what he has held
        if (release) world_.queue.after(minutes{1}, [this, nodes] { hold(nodes, true); });
        return;
    }
    HoldRequest what;
    what.nodes = std::move(nodes);
    what.release = release;
    what.reason = "by hand";
    world_.chronicle.add("world_admin", what.nodes.empty() ? "" : what.nodes.front(),
                         {{"does", std::string{release ? "release" : "hold"}}});
    const auto answered = std::make_shared<bool>(false);
    auto ask = [](Control& control, HoldRequest request,
                  std::shared_ptr<bool> done) -> asio::awaitable<void> {
        const auto outcomes = co_await control.hold(operator_at_night, request);
        *done = !outcomes.front().text.ends_with("held again");
    };
    asio::co_spawn(host_.loop(), ask(*host_.control(), what, answered), asio::detached);
    world_.queue.after(minutes{1}, [this, answered, nodes = what.nodes, release] {
        if (release && !*answered) hold(nodes, true);
    });
}

/// Takes back what frugald did to itself or to nodes that failed: after a look at them.
void People::set_right() {
    if (!host_.runs() || !host_.control()) return;
    auto& engine = host_.engine();
    if (!engine.modes().demoted().empty()) {
        world_.chronicle.count("demotions");
        engine.modes().reset(operator_at_night.name, "looked at it");
    }
    for (std::size_t i = 0; i < world_.room.size(); ++i) {
        const auto& name = world_.room.name(i);
        const auto& bmc = world_.room.bmc(i);
        const bool right = bmc.machine == i && bmc.guid == Room::guid_of(i);
        if (right && !engine.identities().problem(name).empty()) {
            world_.chronicle.count("identities accepted");
            engine.identities().accept(name, operator_at_night.name, "looked at it");
        }
        const auto held = engine.holds().node(name);
        if (!held || held->owner != Quarantine::owner) continue;
        world_.chronicle.count("quarantines");
        hold({name}, true);
        if (world_.slurm.node(i).drain) world_.slurm.drain(i, false);
    }
}

void People::go_home() {
    set_right();
    home_ = true;
    world_.slurm.excuse_all(minutes{0});  // all that was down at once: more than its PDU bears
    hold({}, true);
    for (std::size_t i = 0; i < world_.room.size(); ++i) {
        hold({world_.room.name(i)}, true);
        if (world_.slurm.node(i).drain) world_.slurm.drain(i, false);
        if (world_.slurm.node(i).reserved) world_.slurm.reserve(i, false);
        const bool up = !world_.slurm.node(i).powered_down && !world_.slurm.node(i).powering_down;
        if (up && !world_.room.machine(i).on) world_.room.press(i, true);
        world_.slurm.repair(i);
    }
    world_.queue.after(minutes{15}, [this] {  // those that were on their way down
        for (std::size_t i = 0; i < world_.room.size(); ++i) world_.slurm.repair(i);
    });
}

}  // namespace frugald::sim
