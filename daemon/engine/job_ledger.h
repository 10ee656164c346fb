#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/core/ledger_settings.h"
#include "daemon/engine/energy_reader.h"
#include "daemon/engine/job_comments.h"
#include "daemon/engine/journal.h"
#include "daemon/engine/scheduler_watch.h"
#include "daemon/ledger/job_book.h"
#include "daemon/ports/energy.h"
#include "daemon/telemetry/fleet.h"

namespace frugald {

/// The energy of jobs: which ran where is in the store from their start on, and some seconds after
/// an end so is what the job's nodes drew. Nothing of it holds up the loop.
class JobLedger {
public:
    static constexpr const char* space = "ledger";

    struct Parts {
        const LedgerSettings& settings;
        const SchedulerWatch& scheduler;
        Journal& journal;
        EnergyReader& reader;
        Fleet& fleet;
        JobComments& comments;
    };
    /// `kept`: the store keeps jobs; else this does nothing.
    JobLedger(Parts parts, bool kept) : parts_(parts), kept_(kept) {}

    void load(std::vector<JobRun> runs,
              const std::vector<std::pair<std::string, std::string>>& entries);
    /// Takes the scheduler's newest picture, settles what has ended. Once at a time.
    asio::awaitable<void> look();
    /// What a restart needs: before the end.
    asio::awaitable<void> save();

    /// See EnergyDoor.
    asio::awaitable<Result<std::vector<JobEnergy>>> energy(std::uint32_t id);
    asio::awaitable<Result<std::vector<JobSpan>>> spans(std::uint32_t id);

private:
    struct Plan;
    struct Known;
    using Plans = std::vector<Plan>;

    bool works() const { return kept_ && parts_.settings.jobs; }
    asio::awaitable<void> take_view();
    asio::awaitable<void> ask_for_strangers();
    void keep_seen(bool at_once);
    asio::awaitable<void> settle();
    asio::awaitable<bool> settle_some(std::vector<const JobRun*> due, WallTime complete);
    asio::awaitable<void> forget_old();
    asio::awaitable<Result<Known>> find(std::uint32_t id);
    Plan plan(const JobRun& run, WallTime until, EnergySheet& sheet) const;
    asio::awaitable<Result<std::vector<JobEnergy>>> measure(
        std::vector<std::pair<JobRun, WallTime>> runs);
    static JobEnergy result_of(const Plan& plan, Resolution resolution);
    static bool is_early(const JobEnergy& job, WallTime complete);

    Parts parts_;
    bool kept_;
    JobBook book_;
    std::shared_ptr<const SchedulerView> last_;
    SteadyTime seen_kept_{}, forgotten_{};
    std::map<JobKey, WallTime> postponed_;  // until complete_until is there
    std::string failure_;                   // of the last settling, to say it once
};

}  // namespace frugald
