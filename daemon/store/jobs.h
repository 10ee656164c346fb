#pragma once

#include "daemon/store/sqlite/database.h"
#include "daemon/store/store.h"

namespace frugald {

/// The tables of jobs and of their energies.
class JobTables : public JobStore {
public:
    explicit JobTables(Database& database) : database_(database) {}

    Result<void> write(const JobChanges& changes) override;
    Result<std::vector<JobRun>> unfinished() override;
    Result<std::vector<JobKey>> known(const std::vector<JobKey>& keys) override;
    Result<std::vector<JobEnergy>> settled(std::uint32_t id) override;
    Result<std::size_t> forget(WallTime ended_before, std::size_t most) override;

private:
    Result<void> put_runs(const std::vector<JobRun>& runs);
    Result<void> put_energies(const std::vector<JobEnergy>& energies);
    Result<void> read_rows(JobEnergy& job);

    Database& database_;
};

}  // namespace frugald
