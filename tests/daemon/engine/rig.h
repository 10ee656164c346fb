#pragma once

#include <doctest/doctest.h>

#include <functional>

#include "daemon/engine/engine.h"
#include "daemon/engine/engine_control.h"
#include "tests/daemon/engine/small_cluster.h"
#include "tests/support/scratch.h"

namespace frugald::test {

inline Config quick_config(const std::filesystem::path& directory) {
    Config config;
    config.managed_nodes = {"n1", "n2", "n3"};
    config.daemon.state_directory = directory;
    config.daemon.runtime_directory = directory;
    config.daemon.spool_directory = directory / "spool";
    config.daemon.snapshot_interval = std::chrono::milliseconds{20};
    config.daemon.scheduler_interval = std::chrono::milliseconds{50};
    config.guard.off_margin = std::chrono::milliseconds{1000};
    config.guard.modes = {{{}, std::nullopt, Mode::enforce}};
    config.guard.all.offs_per_10_minutes = 1000;
    config.guard.all.cycles_per_node_day.reset();
    config.guard.min_up = std::chrono::seconds{0};
    config.power.verify_after = std::chrono::milliseconds{10};
    config.power.verify_for = std::chrono::milliseconds{60};
    config.power.soft_off_grace = std::chrono::milliseconds{200};
    return config;
}

/// An engine on a small cluster and a real store, run step by step until something holds.
struct Rig {
    explicit Rig(const std::function<void(Config&)>& adjust = {}) {
        std::filesystem::create_directories(scratch.path() / "spool");
        config = quick_config(scratch.path());
        if (adjust) adjust(config);
        cluster = std::make_shared<SmallCluster>(loop, std::vector<std::string>{"n1", "n2", "n3"});
        start();
    }
    ~Rig() {
        if (engine) stop();
        workers.join();
    }

    void start() {
        auto opened = Store::open(scratch.path());
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().text));
        store = std::move(*opened);
        engine = std::make_unique<Engine>(loop, workers.get_executor(), *store, measurements,
                                          config, [](const std::shared_ptr<const Snapshot>&) {});
        control = std::make_unique<EngineControl>(*engine);
        auto kept = kept_in(*store);
        REQUIRE(kept);
        const auto started = engine->start({{"cluster", {}, cluster}}, {}, std::move(*kept));
        REQUIRE_MESSAGE(started, (started ? "" : started.error().text));
    }
    /// As SIGTERM does.
    void stop() {
        bool stopped = false;
        auto end = [](Engine& running, bool& done) -> asio::awaitable<void> {
            co_await running.stop();
            done = true;
        };
        asio::co_spawn(loop, end(*engine, stopped), asio::detached);
        until([&] { return stopped; });
        control.reset();
        engine.reset();
        store.reset();
    }

    /// Runs the loop until `holds`, at most 10 s.
    bool until(const std::function<bool()>& holds) {
        const SteadyTime give_up = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (!holds()) {
            if (std::chrono::steady_clock::now() > give_up) return false;
            loop.restart();
            loop.run_for(std::chrono::milliseconds{5});
        }
        return true;
    }
    void run_for(std::chrono::milliseconds time) {
        loop.restart();
        loop.run_for(time);
    }
    template <class T>
    T wait_for(asio::awaitable<T> job) {
        std::optional<T> result;
        auto run = [](asio::awaitable<T> what, std::optional<T>& into) -> asio::awaitable<void> {
            into = co_await std::move(what);
        };
        asio::co_spawn(loop, run(std::move(job), result), asio::detached);
        REQUIRE(until([&] { return result.has_value(); }));
        return std::move(*result);
    }

    /// Slurm's side and the hook's, as one.
    hook::Ack hook(hook::Verb verb, const std::string& nodes, std::chrono::milliseconds ago = {}) {
        const auto called = Instant::now().wall - ago;
        hook::Message message{verb, to_unix_ms(called), nodes, ""};
        return wait_for(engine->intake().take(std::move(message)));
    }
    void suspend(const std::string& node) {
        cluster->slurm_suspends(node);
        REQUIRE(hook(hook::Verb::suspend, node).accepted);
    }
    void resume(const std::string& node) {
        cluster->slurm_resumes(node);
        REQUIRE(hook(hook::Verb::resume, node).accepted);
    }
    bool idle(const std::string& node) { return engine->actuation().current(node) == nullptr; }
    /// "off n1" and the like, counted.
    long sent(const std::string& command) const {
        return std::count(cluster->sent.begin(), cluster->sent.end(), command);
    }
    /// The journal's last word on the node.
    std::string result(const std::string& node) {
        wait_for(flushed());
        const auto rows = *store->actions({node, {}, 100});
        if (rows.empty()) return "nothing";
        return rows.back().end ? rows.back().end->result : "open";
    }
    /// The journal's events of one kind about a node, a line each.
    std::string noted(const std::string& node, const std::string& kind) {
        wait_for(flushed());
        std::string lines;
        const auto events = store->events({node, {}, 1000});
        REQUIRE(events);
        for (const auto& event : *events)
            if (event.kind == kind) lines += event.text + "\n";
        return lines;
    }
    asio::awaitable<bool> flushed() {
        co_await engine->tools().journal.flush();
        co_return true;
    }

    Scratch scratch;
    Config config;
    asio::io_context loop{1};
    asio::thread_pool workers{1};
    std::shared_ptr<SmallCluster> cluster;
    std::unique_ptr<Store> store;
    Measurements measurements{loop, workers.get_executor()};
    std::unique_ptr<Engine> engine;
    std::unique_ptr<EngineControl> control;
};

}  // namespace frugald::test
