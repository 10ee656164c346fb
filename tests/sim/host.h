#pragma once

#include <deque>
#include <memory>

#include "daemon/engine/engine.h"
#include "daemon/engine/engine_control.h"
#include "tests/sim/module.h"

namespace frugald::sim {

/// A loop that can die: its coroutines end where they stand, while what they refer to still lives.
class MortalLoop : public asio::io_context {
public:
    MortalLoop() : asio::io_context(1) {}
    void die() { shutdown(); }
};

/// The management host: frugald's process with its disk, and the hooks that slurmctld starts.
class Host {
public:
    Host(World& world, Config config) : world_(world), config_(std::move(config)) {}
    ~Host() { end(); }

    void start();
    /// kill -9, power cut: nothing is said or written any more.
    void kill(milliseconds back_after);
    /// SIGTERM, and started again.
    void restart(milliseconds back_after);
    /// SIGSTOP, a paused virtual machine: the clocks go on.
    void freeze(milliseconds length);
    /// The process dies at one of its next writes, before or after it has reached the disk.
    void crash_at_write(bool after);

    /// slurmctld starts the hook.
    void hook(hook::Verb verb, std::vector<std::string> nodes);

    const Config& config() const { return config_; }
    bool up() const { return engine_ != nullptr; }
    bool runs() const { return up() && world_.clock.time() >= frozen_until_; }
    /// Runs everything that is ready.
    void poll();
    Engine& engine() { return *engine_; }
    /// For requests of administrators; null while frugald is not running.
    EngineControl* control() { return control_.get(); }
    asio::io_context& loop() { return *loop_; }

private:
    struct Call {
        hook::Message message;
        bool answered = false;
    };

    void end();
    void come_back(milliseconds after);
    void hand_over(std::shared_ptr<Call> call);
    void give_up_waiting(const std::shared_ptr<Call>& call);
    void look_into_spool();
    asio::awaitable<void> replay();

    World& world_;
    Config config_;
    std::shared_ptr<bool> dead_;
    std::unique_ptr<MortalLoop> loop_;
    std::unique_ptr<MemoryStore> store_;
    std::unique_ptr<Measurements> measurements_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<EngineControl> control_;
    std::deque<hook::Message> spool_;
    std::vector<std::shared_ptr<Call>> waiting_;  // in the socket of a frozen process
    milliseconds frozen_until_{0};
    bool dying_ = false;
    bool stopped_ = false;
    bool replaying_ = false;
};

}  // namespace frugald::sim
