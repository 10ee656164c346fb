#include "daemon/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"
#include "daemon/engine/reload.h"
#include "daemon/policy/power_off_idle.h"
#include "daemon/ports/gather.h"

namespace frugald {

Engine::Engine(asio::io_context& loop, asio::any_io_executor workers, Store& store, Config config,
               Publish publish)
    : loop_(loop),
      config_(std::move(config)),
      publish_(std::move(publish)),
      fleet_(config_.daemon.stale_after),
      journal_(loop, workers, store),
      scheduler_(loop, modules_),
      holds_(journal_, config_.daemon.runtime_directory.empty()
                           ? std::filesystem::path{}
                           : config_.daemon.runtime_directory / "HOLD"),
      situation_(config_, modules_, fleet_, scheduler_, holds_),
      tasks_(loop),
      tools_{loop_, tasks_, config_, modules_, scheduler_, journal_, situation_, fleet_},
      actuation_(tools_),
      caps_(tools_),
      proposals_(tools_),
      intake_(tools_, actuation_),
      hooks_(tools_, intake_),
      spool_(tools_, workers, intake_),
      picture_(std::make_shared<const Snapshot>()) {}

Result<void> Engine::start(std::vector<LoadedModule> modules, std::vector<ModuleState> states,
                           Kept kept) {
    use_modules(std::move(modules), std::move(states));
    use_policies();
    holds_.load(kept.holds);
    caps_.load(kept.caps);
    const auto socket = config_.daemon.runtime_directory / "hook.sock";
    use_hook_users();
    if (!config_.daemon.runtime_directory.empty())
        if (auto opened = hooks_.open(socket); !opened) return opened;
    tasks_.spawn(scheduler_.run(config_.daemon.scheduler_interval));
    tasks_.spawn(intake_.reopen(std::move(kept.open_actions)));
    tasks_.spawn(beat());
    tasks_.spawn(think());
    tasks_.spawn(keep_readings());
    if (!config_.daemon.spool_directory.empty()) tasks_.spawn(watch_spool());
    tasks_.spawn(expire_caps());
    journal_.note("", "daemon",
                  fmt::format("started, mode {}, {} managed nodes", to_string(config_.guard.mode),
                              config_.managed_nodes.size()));
    return {};
}

void Engine::start_idle(std::vector<LoadedModule> modules,
                        const std::vector<std::pair<std::string, std::string>>& caps) {
    modules_.replace(std::move(modules));
    caps_.load(caps);
}

void Engine::reload_failed(const std::string& why) {
    last_reload_successful_ = false;
    journal_.note("", "daemon", "reload refused, the old configuration stays: " + why);
}

void Engine::use_modules(std::vector<LoadedModule> modules, std::vector<ModuleState> states) {
    module_states_ = std::move(states);
    std::vector<std::string> nodes, devices;
    for (const auto& loaded : modules)
        for (const auto& device : loaded.module->devices()) {
            if (device.kind == DeviceKind::node) {
                nodes.push_back(device.name);
                fleet_.declare_node(device.name);
            } else {
                devices.push_back(device.name);
                fleet_.declare_device(device.kind, device.name, device.model, device.outlet_nodes);
            }
        }
    fleet_.keep_only(nodes, devices);
    const auto kept = modules_.all();
    modules_.replace(std::move(modules));
    for (const auto& loaded : modules_.all()) {
        const bool runs = std::ranges::any_of(
            kept, [&loaded](const auto& old) { return old.module == loaded.module; });
        if (auto* source = loaded.module->source(); source && !runs) source->start(*this);
    }
}

void Engine::use_policies() {
    std::vector<std::unique_ptr<Policy>> policies;
    const auto& idle = config_.idle;
    if (idle.enabled)
        policies.push_back(std::make_unique<PowerOffIdle>(
            PowerOffIdle::Settings{idle.idle_for, idle.spare_nodes, idle.partitions}));
    proposals_.use(std::move(policies));
}

void Engine::use_hook_users() {
    const auto uids = uids_of(config_.access.hook_users);
    hooks_.allow(uids);
    spool_.allow(uids);
}

asio::awaitable<void> Engine::reconfigure(Config config, std::vector<LoadedModule> modules,
                                          std::vector<ModuleState> states) {
    const auto old = modules_.all();
    config_ = std::move(config);
    situation_.configured();
    fleet_.set_stale_after(config_.daemon.stale_after);
    use_hook_users();
    use_policies();
    // The old sessions close before the new ones open: a BMC has few session slots.
    std::vector<asio::awaitable<void>> ends;
    for (const auto& loaded : replaced(old, modules)) ends.push_back(loaded->stop());
    co_await all_of(loop_, std::move(ends));
    use_modules(std::move(modules), std::move(states));
    last_reload_successful_ = true;
    configured_at_ = Instant::now().wall;
    journal_.note("", "daemon", "configuration reloaded");
}

asio::awaitable<void> Engine::stop() {
    stopping_ = true;
    actuation_.stop();
    scheduler_.stop();
    hooks_.close();
    tasks_.wake_all();
    co_await caps_.release_all("frugald stops");
    std::vector<asio::awaitable<void>> ends;
    for (const auto& loaded : modules_.all()) ends.push_back(loaded.module->stop());
    co_await all_of(loop_, std::move(ends));
    co_await tasks_.all_ended();
    co_await journal_.store_readings(fleet_.take_accepted());
    journal_.note("", "daemon", "stopped");
    co_await journal_.flush();
    modules_.replace({});
}

}  // namespace frugald
