#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/core/energy_report.h"
#include "daemon/core/job_run.h"
#include "daemon/core/ledger_settings.h"
#include "daemon/engine/journal.h"
#include "daemon/engine/modules.h"

namespace frugald {

/// What jobs drew, on its way into the AdminComments of Slurm's accounting, one job after the
/// other. What waits is in the store: neither a restart nor a database that is away loses it.
class JobComments {
public:
    static constexpr const char* space = "job comments";

    JobComments(const LedgerSettings& settings, const Modules& modules, Journal& journal)
        : settings_(settings), modules_(modules), journal_(journal) {}

    void load(const std::vector<std::pair<std::string, std::string>>& entries);
    /// A job whose energy is about to be stored.
    void add(const JobEnergy& job);
    /// Writes what is due. Once at a time; ends early once a call was cancelled.
    asio::awaitable<void> write();

private:
    struct Comment {
        WallTime end{};
        std::string text{};
        unsigned tries = 0;
        SteadyTime due{};
    };

    void put(const JobKey& key, Comment comment);
    void drop(const JobKey& key);
    void judge(const JobKey& key, const Error& error);
    void say(const std::string& failure);

    const LedgerSettings& settings_;
    const Modules& modules_;
    Journal& journal_;
    std::map<JobKey, Comment> waiting_;
    SteadyTime not_before_{};  // the database is away
    std::string failure_;      // said last
};

/// "frugald: joules=13000 mean_watts=200 covered=1.00 nodes=2"; empty if nothing was measured.
std::string comment_of(const JobEnergy& job);

}  // namespace frugald
