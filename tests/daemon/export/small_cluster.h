#pragma once

#include "daemon/ports/control.h"

namespace frugald::test {

/// What was drawn is known here from the beginning: n1 is measured, no other node is; job 7 has run
/// on both, and nothing is known of others. As to where and when, it ran on n0 for ten minutes from
/// 2027-01-15T12:00:00Z on, and again on n1 and n2 for twenty from 12:20 on.
class KnownEnergy : public EnergyDoor {
public:
    asio::awaitable<Result<EnergyReport>> energy(EnergyQuery query) override;
    asio::awaitable<Result<std::vector<JobEnergy>>> job_energy(std::uint32_t id) override;
    asio::awaitable<Result<std::vector<JobSpan>>> job_spans(std::uint32_t id) override;
    EnergyQuery asked{};
};

/// The engine's side of the HTTP server, in memory: acts on the nodes of one snapshot at once.
class SmallCluster : public Control {
public:
    explicit SmallCluster(Snapshot start) : now_(std::make_shared<Snapshot>(std::move(start))) {}

    std::shared_ptr<const Snapshot> snapshot() const override { return now_; }
    Archive* archive() override { return stored; }
    asio::awaitable<std::vector<Outcome>> power(Caller who, PowerRequest what) override;
    asio::awaitable<std::vector<Outcome>> cap(Caller who, CapRequest what) override;
    asio::awaitable<std::vector<Outcome>> hold(Caller who, HoldRequest what) override;
    asio::awaitable<std::string> mode(Caller who, ModeRequest what) override;
    asio::awaitable<PlanReport> plan() override;
    asio::awaitable<std::vector<Outcome>> calibrate(Caller who, CalibrateRequest what) override;
    asio::awaitable<std::vector<CalibrationEntry>> calibrations() override;
    asio::awaitable<std::vector<Outcome>> approve(Caller who, ApproveRequest what) override;
    asio::awaitable<std::vector<Outcome>> accept_bmc(Caller who, AcceptRequest what) override;
    asio::awaitable<Result<Why>> why(std::string node) override;
    asio::awaitable<std::vector<EventLine>> events(WallTime since, std::size_t most) override;
    asio::awaitable<Result<std::vector<AuditLine>>> audit(AuditRequest what) override;
    asio::awaitable<Result<AuditVerdict>> verify_audit(std::string noted_hash) override;
    /// Adds an entry with the number that follows.
    void add_audit(std::string line, const std::string& node);
    /// What verify_audit answers.
    AuditVerdict verdict{};
    asio::awaitable<std::vector<Finding>> doctor() override { co_return findings; }

    std::vector<Finding> findings;
    EnergyDoor* energy() override { return &known_energy; }
    KnownEnergy known_energy;
    Archive* stored = nullptr;

private:
    void note(const Caller& who, std::string node, std::string kind, const std::string& reason);

    std::shared_ptr<Snapshot> now_;
    std::vector<EventLine> events_;
    std::vector<std::pair<std::string, AuditLine>> audit_;  // with its node
};

}  // namespace frugald::test
