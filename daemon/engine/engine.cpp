#include "daemon/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"
#include "daemon/engine/chronicle.h"
#include "daemon/engine/reload.h"
#include "daemon/policy/power_off_idle.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {

std::filesystem::path hold_file(const DaemonConfig& daemon) {
    return daemon.runtime_directory.empty() ? daemon.runtime_directory
                                            : daemon.runtime_directory / "HOLD";
}

}  // namespace

Engine::Engine(asio::io_context& loop, asio::any_io_executor workers, Store& store,
               Measurements& measurements, Config config, Publish publish, Guard guard)
    : loop_(loop),
      workers_(workers),
      config_(std::move(config)),
      publish_(std::move(publish)),
      fleet_(config_.daemon.stale_after),
      journal_(loop, workers, store),
      measurements_(measurements),
      scheduler_(loop, modules_),
      holds_(journal_, hold_file(config_.daemon)),
      modes_(config_, journal_),
      identities_(journal_, modules_),
      offs_(config_, scheduler_),
      tasks_(loop),
      admission_(tasks_, config_, fleet_),
      quarantine_(journal_, holds_, modules_, tasks_, config_.guard.failed_boots),
      situation_(
          {config_, modules_, fleet_, scheduler_, holds_, modes_, identities_, admission_, offs_}),
      tools_{loop_,  tasks_, config_,     modules_, scheduler_, journal_,    situation_, fleet_,
             holds_, modes_, identities_, doubts_,  admission_, quarantine_, guard},
      actuation_(tools_),
      caps_(tools_),
      cap_batch_(tools_, caps_),
      proposals_(tools_),
      reconciler_(tools_, actuation_, proposals_),
      intake_(tools_, actuation_),
      hooks_(tools_, intake_),
      spool_(tools_, workers, intake_),
      pue_(config_.pue),
      energy_reader_(measurements, workers),
      job_comments_(config_.ledger, modules_, journal_),
      job_ledger_({config_.ledger, scheduler_, journal_, energy_reader_, fleet_, job_comments_},
                  store.jobs() != nullptr),
      energy_books_(energy_reader_, job_ledger_, fleet_, scheduler_, picture_),
      picture_(std::make_shared<const Snapshot>()) {}

Result<void> Engine::start(std::vector<LoadedModule> modules, std::vector<ModuleState> states,
                           Kept kept) {
    use_modules(std::move(modules), std::move(states));
    use_policies();
    remember(kept);
    use_hook_users();
    const auto& runtime = config_.daemon.runtime_directory;
    if (!runtime.empty())
        if (auto opened = hooks_.open(runtime / "hook.sock"); !opened) return opened;
    audit_configuration("start");
    tasks_.spawn(scheduler_.run(config_.daemon.scheduler_interval));
    tasks_.spawn(intake_.reopen(std::move(kept.open_actions), kept.switched_on));
    tasks_.spawn(beat());
    tasks_.spawn(think());
    tasks_.spawn(watch_tree());
    tasks_.spawn(keep_readings());
    if (!config_.daemon.spool_directory.empty()) tasks_.spawn(watch_spool());
    tasks_.spawn(keep_house());
    tasks_.spawn(watch_caps());
    tasks_.spawn(reconcile());
    tasks_.spawn(keep_jobs());
    tasks_.spawn(comment_jobs());
    journal_.note("", "daemon",
                  fmt::format("started, mode {}, {} managed nodes", modes_.describe(),
                              config_.managed_nodes.size()));
    return {};
}

void Engine::remember(const Kept& kept) {
    holds_.load(kept.holds);
    caps_.load(kept.caps);
    modes_.load(kept.modes);
    identities_.load(kept.identities);
    quarantine_.load(kept.boot_failures);
    pue_.load(kept.pue);
    job_ledger_.load(kept.jobs, kept.ledger);
    job_comments_.load(kept.job_comments);
    fleet_.calibrations().load(kept.calibrations);
    offs_.configured();
    if (kept.starts >= Doubts::starts.count)
        modes_.demote(
            fmt::format("{} starts within {} min", kept.starts + 1, Doubts::starts.within.count()));
    for (const auto& row : kept.suspends) offs_.count(row.record.node, row.record.asked);
    judge_damage(kept);
}

/// Nothing is enforced on what may be wrong: a hold that could not be read must not become none.
void Engine::judge_damage(const Kept& kept) {
    for (const auto& [how, text] : kept.damage) {
        const bool certain = how == "certain";
        log::error("store: {}. frugald observes until `frugalctl mode` ends it{}", text,
                   certain
                       ? ""
                       : ", and everything is held until `frugalctl release all`, because holds "
                         "may have been lost");
        journal_.audit(chronicle::incident("", "store damaged", text));
        journal_.note("", "store", text);
        modes_.distrust(text);
        if (!certain)
            holds_.set("", {.owner = "frugald",
                            .reason = "its database was damaged: holds may have been lost",
                            .since = Instant::now().wall,
                            .until = {}});
        journal_.drop(Store::damage_space, how);
    }
}

void Engine::audit_configuration(const char* event) {
    std::vector<std::string> never;
    for (const auto& node : config_.managed_nodes)
        if (!situation_.protected_why(node).empty()) never.push_back(node);
    for (auto& entry : chronicle::configuration(config_, event, never))
        journal_.audit(std::move(entry));
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
    modes_.configured();
    offs_.configured();
    admission_.configured();
    pue_.configure(config_.pue);
    tree_changed_ = true;
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
    audit_configuration("reload");
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
    co_await store_readings();
    keep_pue(true);
    co_await job_ledger_.save();
    journal_.audit(chronicle::stop("asked to"));
    journal_.note("", "daemon", "stopped");
    co_await journal_.flush();
    modules_.replace({});
}

}  // namespace frugald
