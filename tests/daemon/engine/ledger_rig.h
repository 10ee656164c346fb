#pragma once

#include "daemon/engine/job_ledger.h"
#include "tests/daemon/engine/rig.h"

namespace frugald::test {

using namespace std::chrono_literals;

/// A rig whose readings are stored at once, with a past that the test writes.
struct LedgerRig : Rig {
    using Adjust = std::function<void(Config&)>;
    explicit LedgerRig(const Adjust& adjust = {})
        : Rig([&](Config& adjusted) {
              adjusted.daemon.housekeeping_interval = 20ms;
              adjusted.daemon.store_interval = 50ms;
              if (adjust) adjust(adjusted);
          }) {
        measurements.use(scratch.path());
        for (auto& [name, machine] : cluster->machines) machine.slurm.cpus = 4;
    }

    asio::awaitable<bool> put(std::vector<Sample> samples) {
        co_await measurements.store(std::move(samples), Instant::now().wall);
        co_return true;
    }
    /// So many watts every 5 s, from so long ago to now.
    void measured(const std::string& node, std::chrono::seconds ago, double watts,
                  const char* source = "dcmi") {
        std::vector<Sample> samples;
        for (auto at = began - ago; at <= began; at += 5s)
            samples.push_back({.at = at,
                               .kind = DeviceKind::node,
                               .device = node,
                               .quantity = Quantity::power_watts,
                               .source = source,
                               .value = watts});
        wait_for(put(std::move(samples)));
    }
    SchedulerJob job(std::uint32_t id, std::vector<std::string> nodes, std::uint32_t cpus,
                     std::chrono::seconds ago) const {
        SchedulerJob one;
        one.id = id;
        one.state = JobState::running;
        one.partition = "batch";
        one.start = began - ago;
        one.cpus.assign(nodes.size(), cpus);
        one.nodes = std::move(nodes);
        return one;
    }
    SchedulerJob ended(SchedulerJob one, std::chrono::seconds ago) const {
        one.end = began - ago;
        return one;
    }
    std::vector<JobEnergy> energy(std::uint32_t id) {
        auto answer = wait_for(engine->energy().job_energy(id));
        return answer ? std::move(*answer) : std::vector<JobEnergy>{};
    }
    std::vector<JobEnergy> stored(std::uint32_t id) {
        auto answer = wait_for(engine->tools().journal.settled_jobs(id));
        REQUIRE(answer);
        return std::move(*answer);
    }

    WallTime began = Instant::now().wall;
};

}  // namespace frugald::test
