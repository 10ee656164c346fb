#include <atomic>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "daemon/doctor/examine.h"
#include "daemon/doctor/probes.h"
#include "daemon/engine/engine_control.h"

namespace frugald {

/// Looks at disks and names, for all who ask within some seconds. That may hang for as long as a
/// file server does, so it has a thread that nobody waits for, neither the engine nor its end.
class Prober {
public:
    bool recent() const {
        const std::lock_guard lock{mutex_};
        return seen_ && std::chrono::steady_clock::now() - seen_at_ < kept_for;
    }
    std::optional<doctor::Probes> seen() const {
        const std::lock_guard lock{mutex_};
        return seen_;
    }
    /// `self`: this; the thread may outlive everything else.
    static void look(const std::shared_ptr<Prober>& self, const Config& config,
                     const std::shared_ptr<const SchedulerView>& slurm) try {
        if (self->looking_.exchange(true)) return;
        std::thread{[self, config, slurm] { self->run(config, slurm.get()); }}.detach();
    } catch (const std::system_error&) {  // no thread to be had: the next one who asks tries again
        self->looking_ = false;
    }

private:
    static constexpr std::chrono::seconds kept_for{5};

    void run(const Config& config, const SchedulerView* slurm) noexcept try {
        auto probes = doctor::probe(config, slurm);
        const std::lock_guard lock{mutex_};
        seen_ = std::move(probes);
        seen_at_ = std::chrono::steady_clock::now();
        looking_ = false;
    } catch (const std::exception&) {
        looking_ = false;
    }

    mutable std::mutex mutex_;
    std::optional<doctor::Probes> seen_;
    SteadyTime seen_at_{};
    std::atomic<bool> looking_ = false;
};

namespace {

constexpr std::chrono::seconds examination_patience{12};  // frugalctl waits 20 s

std::vector<Finding> host_hangs() {
    return {{"doctor", FindingLevel::fail,
             "looking at this host's disks and names has taken more than 12 s",
             "see whether a file system hangs (df, mount) or the name service (getent hosts BMC)"}};
}

}  // namespace

asio::awaitable<std::vector<Finding>> EngineControl::doctor() {
    doctor::Facts facts;
    facts.config = engine_.config();
    facts.now = engine_.picture();
    facts.began = began_;
    if (facts.now)
        for (const auto& [name, node] : facts.now->nodes)
            if (auto guid = engine_.modules().identity(name)) facts.guids.emplace(name, *guid);
    const auto& admission = engine_.admission();
    if (const auto boot = admission.usual_boot())
        facts.boot_times["all nodes"] = {*boot, admission.boots_seen()};
    if (const auto rate = admission.starts_per_minute(Instant::now()))
        facts.bearable_resume_rate = static_cast<unsigned>(*rate);
    if (!prober_) prober_ = std::make_shared<Prober>();
    const auto prober = prober_;
    if (!prober->recent())
        Prober::look(prober, facts.config, facts.now ? facts.now->scheduler : nullptr);
    const auto give_up = steady_now() + examination_patience;
    while (!prober->recent() && steady_now() < give_up)
        co_await engine_.tools().tasks.nap(std::chrono::milliseconds{20});
    if (!prober->recent()) co_return host_hangs();
    facts.probes = prober->seen().value_or(doctor::Probes{});
    co_return doctor::examine(facts);
}

}  // namespace frugald
