#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/engine/energy_reader.h"
#include "daemon/engine/job_ledger.h"
#include "daemon/ports/energy.h"

namespace frugald {

/// Answers what the API asks of energy.
class EnergyBooks : public EnergyDoor {
public:
    /// `picture`: the last published one.
    EnergyBooks(EnergyReader& reader, JobLedger& jobs, Fleet& fleet,
                const SchedulerWatch& scheduler, const std::shared_ptr<const Snapshot>& picture)
        : reader_(reader), jobs_(jobs), fleet_(fleet), scheduler_(scheduler), picture_(picture) {}

    asio::awaitable<Result<EnergyReport>> energy(EnergyQuery query) override;
    asio::awaitable<Result<std::vector<JobEnergy>>> job_energy(std::uint32_t id) override {
        return jobs_.energy(id);
    }
    asio::awaitable<Result<std::vector<JobSpan>>> job_spans(std::uint32_t id) override {
        return jobs_.spans(id);
    }

private:
    struct Ratio;
    Result<std::vector<std::string>> names_of(const EnergyQuery& query) const;
    std::string unknown_why(const std::string& node) const;
    asio::awaitable<Result<EnergyReport>> fill(EnergyReport report, std::vector<std::string> names,
                                               bool cluster);

    EnergyReader& reader_;
    JobLedger& jobs_;
    Fleet& fleet_;
    const SchedulerWatch& scheduler_;
    const std::shared_ptr<const Snapshot>& picture_;
};

}  // namespace frugald
