#pragma once

#include "daemon/engine/engine.h"

namespace frugald {

class Prober;

/// What the API may ask of the engine.
class EngineControl : public Control {
public:
    explicit EngineControl(Engine& engine) : engine_(engine) {}

    std::shared_ptr<const Snapshot> snapshot() const override { return engine_.picture(); }
    Archive* archive() override { return &engine_.measurements(); }
    asio::awaitable<std::vector<Outcome>> power(Caller who, PowerRequest what) override;
    asio::awaitable<std::vector<Outcome>> cap(Caller who, CapRequest what) override;
    asio::awaitable<std::vector<Outcome>> hold(Caller who, HoldRequest what) override;
    asio::awaitable<std::string> mode(Caller who, ModeRequest what) override;
    asio::awaitable<PlanReport> plan() override;
    asio::awaitable<std::vector<Outcome>> approve(Caller who, ApproveRequest what) override;
    asio::awaitable<std::vector<Outcome>> accept_bmc(Caller who, AcceptRequest what) override;
    asio::awaitable<std::vector<Outcome>> calibrate(Caller who, CalibrateRequest what) override;
    asio::awaitable<std::vector<CalibrationEntry>> calibrations() override;
    asio::awaitable<Result<Why>> why(std::string node) override;
    asio::awaitable<std::vector<EventLine>> events(WallTime since, std::size_t most) override;
    asio::awaitable<Result<std::vector<AuditLine>>> audit(AuditRequest what) override;
    asio::awaitable<Result<AuditVerdict>> verify_audit(std::string noted_hash) override;
    asio::awaitable<std::vector<Finding>> doctor() override;
    EnergyDoor* energy() override { return &engine_.energy(); }

private:
    asio::awaitable<void> power_one(Action action, bool dry_run, Outcome& outcome);
    asio::awaitable<void> act_on_bmc(Action action, Outcome& outcome);
    asio::awaitable<bool> put_in_force(PowerSource source, Calibration calibration,
                                       bool calibrated);
    void leave_hold(const Action& action);

    Engine& engine_;
    const Instant began_ = Instant::now();
    std::shared_ptr<Prober> prober_;  // made when doctor is first asked
};

}  // namespace frugald
