#include "tests/sim/simulation.h"

#include <fmt/format.h>

#include <string>

#include "daemon/core/log.h"
#include "daemon/core/nodeset.h"
#include "tests/sim/plants.h"

namespace frugald::sim {

namespace {

/// A real daemon looks every second, and the checker's usual minute is for turns of slow BMCs.
constexpr seconds housekeeping{55};
constexpr std::pair<const char*, std::int64_t> lease_grace{"lease_grace_ms", 60'000 + 55'000};

/// Each PDU bears all of its nodes at work, and some that boot beside.
void feed(Config& config, Dice& dice) {
    const PowerModel model{Watts{8}, Watts{120}, Watts{400}, Watts{600}, seconds{150}};
    PowerFeed site{"site"};
    for (const auto& node : config.managed_nodes) {
        config.models[node] = model;
        if (config.feeds.empty() || config.feeds.back().nodes.size() == per_pdu)
            config.feeds.push_back({"pdu" + std::to_string(config.feeds.size() + 1), "site"});
        config.feeds.back().nodes.push_back(node);
        site.nodes.push_back(node);
    }
    for (auto& pdu : config.feeds) {
        const double all = static_cast<double>(pdu.nodes.size()) * model.full.value;
        pdu.rating = Watts{(all + 200.0 * dice.between(4, 40)) / PowerFeed::headroom};
    }
    config.feeds.push_back(std::move(site));
}

/// Long intervals for what only keeps pictures fresh: whatever acts asks anew before it does.
Config config_of(const Plan& plan, const World& world, Dice& dice) {
    Config config;
    for (std::size_t i = 0; i < world.plan.managed(); ++i)
        config.managed_nodes.push_back(world.room.name(i));
    config.daemon.state_directory.clear();
    config.daemon.runtime_directory.clear();
    config.daemon.spool_directory.clear();
    config.daemon.snapshot_interval = minutes{15};
    config.daemon.scheduler_interval = minutes{10};
    config.daemon.housekeeping_interval = housekeeping;
    config.daemon.store_interval = hours{1};
    config.daemon.stale_after = hours{3};
    config.access.hook_users.clear();
    const Mode mode = dice.chance(0.5) ? Mode::enforce : Mode::guarded;
    config.guard.modes = {{{}, std::nullopt, mode}};
    config.guard.all.offs_per_10_minutes = 40;
    config.power.soft_off_first = dice.chance(0.3);
    config.power.soft_off_grace = seconds{40};
    config.power.resume_fail_off = dice.chance(0.5);
    config.idle.enabled = true;
    config.idle.idle_for = minutes{20};
    config.idle.spare_nodes = plan.nodes / 50;
    feed(config, dice);
    return config;
}

Slurm::Settings slurm_of(const Plan& plan, Dice& dice) {
    Slurm::Settings settings;
    settings.power_saving = plan.managed();
    settings.suspend_timeout = seconds{dice.between(40, 120)};
    settings.resume_timeout = seconds{dice.between(300, 600)};
    if (dice.chance(0.4)) settings.suspend_time = minutes{dice.between(15, 40)};
    return settings;
}

/// Bugs in what frugald believes, put in after the world was told the truth.
Config with_bug(Config config, const std::string& plant) {
    if (overrates_feeds(plant))
        for (auto& feed : config.feeds)
            if (feed.rating) feed.rating = *feed.rating * overrated;
    if (ends_leases_late(plant)) config.daemon.housekeeping_interval = minutes{10};
    return config;
}

/// What the checker judges by, as long as frugald's own audit does not say it.
void tell_rules(const Config& config, Chronicle& chronicle) {
    chronicle.add("config", "",
                  {{"event", std::string{"start"}},
                   {"managed", fold_nodeset(config.managed_nodes)},
                   {"headroom_percent", PowerFeed::headroom * 100}});
    for (const auto& feed : config.feeds)
        if (feed.rating)
            chronicle.add("scope", "",
                          {{"name", feed.name},
                           {"limit_watts", feed.rating->value},
                           {"nodes", fold_nodeset(feed.nodes)}});
    const auto& model = config.models.begin()->second;
    chronicle.add("figures", "",
                  {{"nodes", fold_nodeset(config.managed_nodes)},
                   {"idle_watts", model.idle.value},
                   {"running_watts", model.full.value},
                   {"boot_watts", model.boot.value},
                   {"boot_ms", std::chrono::milliseconds{seconds{30}}.count()}});
}

bool told_to_wait(const HistoryEntry& incident) {
    for (const auto& [name, value] : incident.fields)
        if (const auto* text = std::get_if<std::string>(&value); text && name == "text")
            return text->find("wait for power before") != text->npos;
    return false;
}

hook::Verb verb_of(std::string_view verb) {
    if (verb == "suspend") return hook::Verb::suspend;
    return verb == "resume" ? hook::Verb::resume : hook::Verb::resume_fail;
}

/// The whole of a run; made once its clock is in use.
class Simulation {
public:
    explicit Simulation(const Plan& plan)
        : settings_dice_(plan.seed ^ 0x5eedU),
          world_(plan, slurm_of(plan, settings_dice_),
                 [this](const char* verb, std::vector<std::string> nodes) {
                     host_.hook(verb_of(verb), std::move(nodes));
                 }),
          clock_in_use_(world_.clock),
          config_(config_of(plan, world_, settings_dice_)),
          host_(world_, with_bug(config_, plan.plant)) {}

    Report run() {
        if (world_.plan.trace)
            world_.disk.hear = [](const StoredEvent& event) {
                fmt::print("    frugald {} {}: {}\n", event.node, event.kind, event.text);
            };
        tell_rules(config_, world_.chronicle);
        host_.start();
        people_.start();
        if (world_.plan.faults) faults_.start();
        const milliseconds end = world_.plan.lasts;
        run_until(end - world_.plan.calm);
        faults_.calm_down();
        run_until(end - world_.plan.calm + minutes{30});
        if (!host_.up()) host_.start();
        people_.go_home();
        run_until(end);
        check_order();
        world_.chronicle.check();
        const auto& chronicle = world_.chronicle;
        return {chronicle.failures(), chronicle.counts(), chronicle.hash(),
                std::chrono::duration<double>(world_.plan.lasts).count() / 86400};
    }

private:
    struct ClockInUse {
        explicit ClockInUse(const VirtualClock& clock) { use_time_source(&clock); }
        ~ClockInUse() { use_time_source(nullptr); }
    };

    void run_until(milliseconds end);
    void take_audit();
    void check_order();

    Dice settings_dice_;
    World world_;
    ClockInUse clock_in_use_;
    Config config_;  // as an administrator wrote it
    Host host_;
    Faults faults_{world_, host_};
    People people_{world_, host_};
};

void Simulation::run_until(milliseconds end) {
    auto& clock = world_.clock;
    while (clock.time() < end) {
        host_.poll();
        take_audit();
        SteadyTime::duration next = end;
        if (const auto event = world_.queue.next()) next = std::min<decltype(next)>(next, *event);
        if (const auto timer = clock.next_timer(); timer && host_.runs())
            next = std::min(next, *timer);
        clock.advance_to(next);
        world_.queue.run();
    }
}

void Simulation::take_audit() {
    if (world_.disk.audit.empty()) return;
    for (auto& entry : std::exchange(world_.disk.audit, {})) {
        // What a breaker bears is not for frugald to say.
        if (entry.kind == "scope" && overrates_feeds(world_.plan.plant))
            for (auto& [name, value] : entry.fields)
                if (auto* watts = std::get_if<double>(&value)) *watts /= overrated;
        if (entry.kind == "config") entry.fields.emplace_back(lease_grace);
        if (entry.kind == "command") world_.chronicle.count("commands");
        // It was told that there is not power enough to start it in time.
        if (entry.kind == "incident" && told_to_wait(entry))
            world_.slurm.excuse(*world_.room.find(entry.node), milliseconds{0});
        // Whoever undrains it before he has released it waits in vain.
        if (entry.kind == "quarantine")
            world_.slurm.excuse(*world_.room.find(entry.node), hours{24});
        world_.chronicle.add(std::move(entry));
    }
}

/// After the calm: nothing is stuck, nobody is down.
void Simulation::check_order() {
    auto& chronicle = world_.chronicle;
    if (!host_.runs()) return chronicle.fail("settle", "frugald does not run");
    for (std::size_t i = 0; i < world_.plan.managed(); ++i) {
        const auto& node = world_.slurm.node(i);
        if (node.base == NodeBase::down || node.base == NodeBase::unknown ||
            world_.slurm.overdue(i))
            chronicle.fail("settle",
                           fmt::format("{} is {}: {}", node.name, node.state_text, node.reason));
        if (const auto intent = host_.engine().actuation().current(node.name);
            intent && intent->deadline.wall + minutes{5} < world_.clock.wall())
            chronicle.fail("settle",
                           fmt::format("{}: the {} is still {}: {}", node.name,
                                       to_string(intent->wish), intent->stage, intent->detail));
    }
    for (const auto& row : world_.disk.actions)
        if (!row.end && row.record.deadline + minutes{10} < world_.clock.wall())
            chronicle.fail("settle", fmt::format("#{} {} of {} never ended in the journal", row.id,
                                                 row.record.action, row.record.node));
}

}  // namespace

Report simulate(const Plan& plan) {
    log::set_threshold(static_cast<log::Priority>(0));
    plant(plan.plant);
    return Simulation{plan}.run();
}

}  // namespace frugald::sim
