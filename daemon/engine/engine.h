#pragma once

#include <functional>
#include <memory>

#include "daemon/engine/actuation.h"
#include "daemon/engine/cap_batch.h"
#include "daemon/engine/caps.h"
#include "daemon/engine/energy_books.h"
#include "daemon/engine/hook_server.h"
#include "daemon/engine/intake.h"
#include "daemon/engine/job_ledger.h"
#include "daemon/engine/measurements.h"
#include "daemon/engine/proposals.h"
#include "daemon/engine/reach_log.h"
#include "daemon/engine/reconciler.h"
#include "daemon/engine/spool_watch.h"
#include "daemon/ledger/pue.h"
#include "daemon/ports/control.h"
#include "daemon/telemetry/tree_watch.h"

namespace frugald {

/// The running daemon without its doors to the outside: sources in, pictures out, requests
/// carried out. Belongs to the loop thread.
class Engine : public ObservationSink {
public:
    using Publish = std::function<void(std::shared_ptr<const Snapshot>)>;

    /// `kept`: what the store's last run left open, read before the loop starts.
    struct Kept {
        std::vector<ActionRow> open_actions;
        using Entries = std::vector<std::pair<std::string, std::string>>;
        Entries holds;
        Entries caps;
        Entries modes{};
        Entries identities{};
        Entries boot_failures{};
        Entries pue{};
        Entries calibrations{};
        Entries switched_on{};  // nodes, and the action that did it
        Entries ledger{};
        Entries job_comments{};
        std::vector<JobRun> jobs{};
        /// What policies sent to sleep in the last 24 hours.
        std::vector<ActionRow> suspends{};
        Entries damage{};     // of the store: see Store::damage_space
        unsigned starts = 0;  // lately, see Doubts::starts
    };

    /// `guard`: another one only in simulations, to see bugs found.
    Engine(asio::io_context& loop, asio::any_io_executor workers, Store& store,
           Measurements& measurements, Config config, Publish publish,
           Guard guard = frugald::guard);

    /// Sources start, the hook socket opens, open requests are taken up again. Without a runtime
    /// directory there is no socket and no HOLD file, without a spool directory no spool: a
    /// simulation has neither.
    Result<void> start(std::vector<LoadedModule> modules, std::vector<ModuleState> states,
                       Kept kept);
    /// Only what `stop` needs: no polling, no hooks. For releasing caps after a crash.
    void start_idle(std::vector<LoadedModule> modules,
                    const std::vector<std::pair<std::string, std::string>>& caps);
    /// All of the new configuration at once; modules whose part is unchanged stay as they are.
    asio::awaitable<void> reconfigure(Config config, std::vector<LoadedModule> modules,
                                      std::vector<ModuleState> states);
    void reload_failed(const std::string& why);
    /// Sends nothing more but the release of leased caps; closes sessions; writes what is open.
    asio::awaitable<void> stop();

    void take(const Observation& seen) override { fleet_.take(seen); }

    const Config& config() const { return config_; }
    const Modules& modules() const { return modules_; }
    /// The last published one.
    std::shared_ptr<const Snapshot> picture() const { return picture_; }
    /// One of this very moment.
    std::shared_ptr<const Snapshot> take_picture() const;
    Tools& tools() { return tools_; }
    Measurements& measurements() { return measurements_; }
    Holds& holds() { return holds_; }
    Caps& caps() { return caps_; }
    CapBatch& cap_batch() { return cap_batch_; }
    Actuation& actuation() { return actuation_; }
    Proposals& proposals() { return proposals_; }
    Modes& modes() { return modes_; }
    Identities& identities() { return identities_; }
    const Admission& admission() const { return admission_; }
    Intake& intake() { return intake_; }
    EnergyDoor& energy() { return energy_books_; }

private:
    void use_modules(std::vector<LoadedModule> modules, std::vector<ModuleState> states);
    void use_policies();
    void use_hook_users();
    void remember(const Kept& kept);
    void judge_damage(const Kept& kept);
    void audit_configuration(const char* event);
    void note_outside_changes();
    void use_tree(const std::shared_ptr<const TreePicture>& newest);
    asio::awaitable<void> watch_tree();
    asio::awaitable<void> beat();
    asio::awaitable<void> think();
    asio::awaitable<void> store_readings();
    asio::awaitable<void> keep_readings();
    asio::awaitable<void> watch_spool();
    asio::awaitable<void> keep_house();
    void keep_pue(bool at_once);
    asio::awaitable<void> watch_caps();
    asio::awaitable<void> reconcile();
    asio::awaitable<void> keep_jobs();
    asio::awaitable<void> comment_jobs();

    asio::io_context& loop_;
    asio::any_io_executor workers_;
    Config config_;
    Publish publish_;
    Modules modules_;
    std::vector<ModuleState> module_states_;
    Fleet fleet_;
    Journal journal_;
    Measurements& measurements_;
    SchedulerWatch scheduler_;
    Holds holds_;
    Modes modes_;
    Doubts doubts_;
    Identities identities_;
    OffLedger offs_;
    Tasks tasks_;
    Admission admission_;
    Quarantine quarantine_;
    Situation situation_;
    Tools tools_;
    Actuation actuation_;
    Caps caps_;
    CapBatch cap_batch_;
    Proposals proposals_;
    Reconciler reconciler_;
    Intake intake_;
    HookServer hooks_;
    SpoolWatch spool_;
    ReachLog reach_log_;
    Pue pue_;
    EnergyReader energy_reader_;
    JobComments job_comments_;
    JobLedger job_ledger_;
    EnergyBooks energy_books_;
    TreeWatch tree_watch_;
    bool tree_changed_ = true;  // the configuration was
    std::shared_ptr<const TreePicture> tree_;
    std::shared_ptr<const Snapshot> picture_;
    SteadyTime started_ = steady_now();
    WallTime configured_at_ = Instant::now().wall;
    bool last_reload_successful_ = true;
    bool stopping_ = false;
};

/// Fault::unavailable when it cannot be read: a start without it would forget holds and leases.
Result<Engine::Kept> kept_in(Store& store);

}  // namespace frugald
