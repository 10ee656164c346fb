// The engine's recurring work, each in a coroutine of its own so that none waits for another.

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/engine/engine.h"
#include "daemon/ports/offload.h"
#include "daemon/store/state_directory.h"
#include "daemon/telemetry/estimate.h"
#include "daemon/telemetry/sums.h"

namespace frugald {

namespace {

constexpr std::chrono::hours forget_interval{1};

SampleRetention retention_of(const DaemonConfig& daemon, WallTime now) {
    const auto whole = capacity_bytes(daemon.state_directory);
    return {.raw_before = now - daemon.keep_readings,
            .five_minutes_before = now - daemon.keep_five_minutes,
            .hours_before = now - daemon.keep_hours,
            .keep_free_bytes = whole / 100 * daemon.keep_free_percent};
}

}  // namespace

std::shared_ptr<const Snapshot> Engine::take_picture() const {
    auto picture = std::make_shared<Snapshot>();
    picture->at = Instant::now();
    picture->started = started_;
    picture->mode = modes_.describe();
    picture->hold = holds_.all();
    fleet_.describe(*picture);
    if (measurements_.dropped() > 0)
        picture->counters.readings_rejected["not_stored"] = measurements_.dropped();
    picture->scheduler = scheduler_.view();
    picture->scheduler_failure = scheduler_.failure();
    if (const auto& view = scheduler_.view())
        for (const auto& [name, node] : view->nodes) picture->nodes[name].scheduler = node;
    for (const auto& name : config_.managed_nodes) picture->nodes[name];
    for (auto& [name, node] : picture->nodes) {
        node.name = name;
        node.managed = situation_.managed(name);
        node.hold = holds_.node(name);
        node.cap = caps_.state(name);
        node.idle_since = scheduler_.idle_since(name);
        if (const auto intent = actuation_.current(name)) node.intent = describe(*intent);
        node.disagreement = reconciler_.state(name);
    }
    estimate_unmeasured(*picture, config_.models, config_.daemon.stale_after);
    picture->pue = pue_.picture();
    picture->tree = tree_;
    picture->modules = module_states_;
    modules_.describe(picture->modules);
    picture->last_reload_successful = last_reload_successful_;
    picture->config_loaded_at = configured_at_;
    picture->store_failure =
        journal_.failure().empty() ? measurements_.failure() : journal_.failure();
    picture->store_damage = modes_.distrusted();
    return picture;
}

/// Somebody else's hand on a power button is part of a node's story.
void Engine::note_outside_changes() {
    const auto reach = fleet_.take_reach_changes();
    for (const auto& [warning, text] : reach_log_.take(reach, steady_now()))
        log::write_limited(warning ? log::Priority::warning : log::Priority::notice, "reach", text);
    for (const auto& change : reach)
        journal_.note(change.device, "reach",
                      change.failure.empty() ? "answers again" : change.failure);
    for (const auto& change : fleet_.take_changes()) reconciler_.chassis_changed(change);
}

void Engine::use_tree(const std::shared_ptr<const TreePicture>& newest) {
    for (auto& news : tree_watch_.take_news()) {
        log::write(news.bad ? log::Priority::warning : log::Priority::notice, news.text);
        journal_.note("", "tree", std::move(news.text));
    }
    if (newest == tree_) return;
    tree_ = newest;
    StringMap<Watts> besides;
    for (const auto& level : tree_ ? tree_->levels : std::vector<TreeLevel>{})
        if (level.surplus.value > 0) besides[level.name] = level.surplus;
    admission_.count_besides(std::move(besides));
}

asio::awaitable<void> Engine::beat() {
    while (!stopping_) {
        holds_.expire(Instant::now().wall);
        note_outside_changes();
        log::write_summaries();
        picture_ = take_picture();
        publish_(picture_);
        pue_.take(*picture_);  // shown with the next one
        for (const auto& loaded : modules_.all())
            if (auto* sink = loaded.module->sink()) sink->take(picture_);
        co_await tasks_.nap(config_.daemon.snapshot_interval);
    }
}

/// By the last published picture: a second more or less is nothing here. On a worker: to find whom
/// to blame among ten thousand nodes takes longer than the kill switch may wait.
asio::awaitable<void> Engine::watch_tree() {
    while (!stopping_) {
        if (std::exchange(tree_changed_, false)) tree_watch_.configured(config_.feeds);
        const auto look = [this, picture = picture_] { return tree_watch_.look(*picture); };
        const auto newest = co_await offload(workers_, look);
        use_tree(newest);
        co_await tasks_.nap(config_.daemon.snapshot_interval);
    }
}

asio::awaitable<void> Engine::think() {
    while (!stopping_) {
        co_await tasks_.nap(config_.daemon.snapshot_interval);
        if (!stopping_) co_await proposals_.consider(picture_);
    }
}

asio::awaitable<void> Engine::store_readings() {
    const auto now = Instant::now().wall;
    auto samples = fleet_.take_accepted();
    if (now - picture_->at.wall < config_.daemon.store_interval) {
        auto sums = sums_of(*picture_);
        samples.insert(samples.end(), std::make_move_iterator(sums.begin()),
                       std::make_move_iterator(sums.end()));
    }
    co_await measurements_.store(std::move(samples), now);
}

asio::awaitable<void> Engine::keep_readings() {
    SteadyTime forgotten = started_;
    while (!stopping_) {
        co_await store_readings();
        co_await tasks_.nap(config_.daemon.store_interval);
        const auto now = Instant::now();
        if (stopping_ || now.steady - forgotten < forget_interval) continue;
        forgotten = now.steady;
        co_await measurements_.forget(retention_of(config_.daemon, now.wall));
    }
}

asio::awaitable<void> Engine::watch_spool() {
    while (!stopping_) {
        co_await spool_.look(config_.daemon.spool_directory);
        co_await tasks_.nap(config_.daemon.housekeeping_interval);
    }
}

/// What waits for nobody: leases that end, and who a BMC is.
asio::awaitable<void> Engine::keep_house() {
    while (!stopping_) {
        co_await tasks_.nap(config_.daemon.housekeeping_interval);
        if (stopping_) co_return;
        identities_.look(config_.managed_nodes);
        caps_.expire(Instant::now().wall);
        keep_pue(false);
    }
}

void Engine::keep_pue(bool at_once) {
    for (auto& [key, value] : pue_.unsaved(steady_now(), at_once))
        if (value)
            journal_.keep(Pue::space, std::move(key), std::move(*value));
        else
            journal_.drop(Pue::space, std::move(key));
}

asio::awaitable<void> Engine::watch_caps() {
    while (!stopping_) {
        co_await tasks_.nap(config_.daemon.housekeeping_interval);
        if (!stopping_) co_await caps_.watch(picture_);
    }
}

asio::awaitable<void> Engine::reconcile() {
    while (!stopping_) {
        co_await tasks_.nap(config_.daemon.housekeeping_interval);
        if (!stopping_) co_await reconciler_.consider(picture_);
    }
}

asio::awaitable<void> Engine::keep_jobs() {
    while (!stopping_) {
        co_await tasks_.nap(config_.daemon.housekeeping_interval);
        if (!stopping_) co_await job_ledger_.look();
    }
}

asio::awaitable<void> Engine::comment_jobs() {
    while (!stopping_) {
        co_await tasks_.nap(config_.daemon.housekeeping_interval);
        if (!stopping_) co_await job_comments_.write();
    }
}

}  // namespace frugald
