#include "tests/sim/host.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <cerrno>

#include "daemon/core/nodeset.h"
#include "tests/sim/plants.h"

/// Asio finds no timerfd here and asks its timers themselves, whose clock is ours: setting a
/// timerfd that is due at once costs 17 us, more than all else between two events.
extern "C" int timerfd_create(int, int) noexcept {
    errno = ENOSYS;
    return -1;
}

/// Nothing comes from outside here: asking the kernel each time is a tenth of a simulated day.
extern "C" int epoll_wait(int, epoll_event*, int, int) { return 0; }
extern "C" int epoll_ctl(int, int, int, epoll_event*) noexcept { return 0; }

namespace frugald::sim {

namespace {
constexpr seconds hook_patience{2};
constexpr seconds spool_interval{1};
}  // namespace

void Host::start() {
    dead_ = std::make_shared<bool>(false);
    dying_ = stopped_ = replaying_ = false;
    frozen_until_ = milliseconds{0};
    loop_ = std::make_unique<MortalLoop>();
    store_ = std::make_unique<MemoryStore>(world_.disk);
    measurements_ = std::make_unique<Measurements>(*loop_, loop_->get_executor());
    engine_ = std::make_unique<Engine>(
        *loop_, loop_->get_executor(), *store_, *measurements_, config_,
        [](const std::shared_ptr<const Snapshot>&) {}, planted_guard);
    control_ = std::make_unique<EngineControl>(*engine_);
    auto kept = kept_in(*store_);
    if (!kept) return world_.chronicle.fail("start", kept.error().text);
    const auto module = std::make_shared<SimModule>(world_, dead_);
    world_.chronicle.add("world_start", "", {{"what", std::string{"frugald"}}});
    world_.chronicle.count("starts");
    const auto started = engine_->start({{"sim", {}, module}}, {}, std::move(*kept));
    if (!started) world_.chronicle.fail("start", started.error().text);
    look_into_spool();
}

void Host::end() {
    if (!engine_) return;
    *dead_ = true;
    world_.disk.at_write = {};
    loop_->die();
    control_.reset();
    engine_.reset();
    measurements_.reset();
    loop_.reset();
    store_.reset();
}

void Host::kill(milliseconds back_after) {
    if (!engine_) return;
    world_.chronicle.add("world_kill", "", {{"what", std::string{"frugald"}}});
    end();
    come_back(back_after);
}

void Host::come_back(milliseconds after) {
    world_.slurm.excuse_all(after);
    world_.queue.after(after, [this] {
        if (!engine_) start();
    });
}

void Host::restart(milliseconds back_after) {
    if (!runs() || stopped_) return;
    stopped_ = true;
    auto stop = [](Engine& engine, const std::function<void()> done) -> asio::awaitable<void> {
        co_await engine.stop();
        done();
    };
    // Not from inside of the loop that is about to end.
    const auto done = [this, back_after, dead = dead_] {
        world_.queue.after(milliseconds{0}, [this, back_after, dead] {
            if (*dead) return;
            end();
            come_back(back_after);
        });
    };
    asio::co_spawn(*loop_, stop(*engine_, done), asio::detached);
    world_.slurm.excuse_all(back_after);
}

void Host::freeze(milliseconds length) {
    frozen_until_ = world_.clock.time() + length;
    world_.slurm.excuse_all(length);
    // A stopped process ends no lease: for the checker it is not there.
    const HistoryValue frugald = std::string{"frugald"};
    world_.chronicle.add("world_kill", "", {{"what", frugald}, {"why", std::string{"SIGSTOP"}}});
    world_.queue.after(length, [this, frugald, dead = dead_] {
        if (!*dead) world_.chronicle.add("world_start", "", {{"what", frugald}});
        for (const auto& call : std::exchange(waiting_, {})) hand_over(call);
    });
}

void Host::crash_at_write(bool after) {
    world_.disk.at_write = [this, after](bool written) {
        if (written != after || !engine_) return;
        dying_ = *dead_ = true;
        store_->cut_off();
        loop_->stop();
    };
}

void Host::poll() {
    if (!runs()) return;
    world_.clock.forget_timer();
    world_.clock.when_idle([this] { loop_->stop(); });
    loop_->restart();
    loop_->run();
    if (dying_) kill(world_.dice.between(seconds{1}, seconds{60}));
}

void Host::hook(hook::Verb verb, std::vector<std::string> nodes) {
    const auto call = std::make_shared<Call>();
    call->message = {verb, to_unix_ms(world_.clock.wall()), fold_nodeset(nodes), ""};
    world_.chronicle.count("hooks");
    for (const auto& node : nodes)
        world_.chronicle.add("world_hook", node, {{"verb", std::string{to_string(verb)}}});
    auto& dice = world_.dice;
    auto takes = dice.between(milliseconds{3}, milliseconds{50});
    if (world_.clock.time() < world_.weather.hooks_late_until)
        takes = dice.between(milliseconds{50}, milliseconds{60000});
    world_.queue.after(takes, [this, call] { hand_over(call); });
    if (!world_.weather.hooks_twice || !dice.chance(0.3)) return;
    const auto again = std::make_shared<Call>(*call);
    world_.queue.after(dice.between(milliseconds{1}, milliseconds{20000}),
                       [this, again] { hand_over(again); });
}

void Host::hand_over(std::shared_ptr<Call> call) {
    if (!engine_ || stopped_) return give_up_waiting(call);
    world_.queue.after(hook_patience, [this, call] { give_up_waiting(call); });
    if (!runs()) {
        waiting_.push_back(call);
        return;
    }
    auto take = [](Engine& engine, std::shared_ptr<Call> what,
                   std::shared_ptr<const bool> dead) -> asio::awaitable<void> {
        const auto ack = co_await engine.intake().take(what->message);
        if (ack.accepted && !*dead) what->answered = true;
    };
    asio::co_spawn(*loop_, take(*engine_, call, dead_), asio::detached);
}

/// No answer in time, or "not now": into the spool.
void Host::give_up_waiting(const std::shared_ptr<Call>& call) {
    if (std::exchange(call->answered, true)) return;
    spool_.push_back(call->message);
    world_.chronicle.count("hooks spooled");
    look_into_spool();
}

void Host::look_into_spool() {
    if (spool_.empty() || !engine_ || replaying_) return;
    replaying_ = true;
    world_.queue.after(spool_interval, [this, dead = dead_] {
        if (*dead || !engine_) return;
        asio::co_spawn(*loop_, replay(), asio::detached);
    });
}

/// As SpoolWatch does; what is not taken stays and is offered again.
asio::awaitable<void> Host::replay() {
    const auto dead = dead_;
    for (std::size_t left = spool_.size(); left > 0 && !spool_.empty(); --left) {
        auto message = spool_.front();
        const bool taken = co_await engine_->intake().take_spooled(message);
        if (*dead) co_return;
        spool_.pop_front();
        if (!taken) spool_.push_back(std::move(message));
    }
    replaying_ = false;
    look_into_spool();
}

}  // namespace frugald::sim
