#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/action.h"
#include "daemon/core/calibration.h"
#include "daemon/core/finding.h"
#include "daemon/core/mode.h"
#include "daemon/core/result.h"
#include "daemon/core/snapshot.h"
#include "daemon/ports/archive.h"
#include "daemon/ports/asio.h"
#include "daemon/ports/energy.h"

namespace frugald {

/// Who asks, as the kernel says (SO_PEERCRED).
struct Caller {
    std::uint32_t uid = 0;
    std::int32_t pid = 0;
    std::string name;  // "uid 0 (root)"
};

/// What became of a request for one node.
struct Outcome {
    enum class Kind { done, planned, refused, failed };
    std::string node;
    Kind kind = Kind::failed;
    std::string rule{};  // "N8", when refused by the guard
    std::string text{};  // for people: what happened or what to do
};
const char* to_string(Outcome::Kind kind);

struct PowerRequest {
    std::vector<std::string> nodes;
    ActionKind kind{};  // power_on, power_off, power_soft, power_cycle, suspend, wake
    std::string reason;
    bool dry_run = false;
    bool accept_job_loss = false;
};

struct CapRequest {
    std::vector<std::string> nodes;
    std::optional<Watts> limit;  // absent: release
    std::chrono::seconds lease{15 * 60};
    std::string reason;
    bool dry_run = false;
};

struct HoldRequest {
    std::vector<std::string> nodes;  // empty: everything, the kill switch
    bool release = false;
    std::optional<std::chrono::seconds> lasting;
    std::string reason;
};

/// Another mode than the configuration's, until it is changed again (safety.md, Modes).
struct ModeRequest {
    std::optional<Mode> mode;  // absent: as configured
    std::string partition;     // empty: all
    std::optional<ActionClass> action;
    std::string reason;
};

/// What a policy would do where the mode is `advise`.
struct PlanLine {
    std::uint64_t id = 0;
    std::string node;
    std::string action;
    std::string policy;
    std::string reason;
    WallTime made{};
    WallTime expires{};
};

/// What suspends that the mode did not allow would have brought since the start of the daemon.
struct ShadowReport {
    std::size_t suspends = 0;
    std::size_t regrets = 0;     // needed again within boot time + 5 min
    std::size_t unmeasured = 0;  // nodes without a reading: their saving is not counted
    std::size_t asleep_now = 0;
    Joules saved{};  // of those that were needed again since
};

struct PlanReport {
    std::string mode;
    std::vector<PlanLine> plans;
    ShadowReport shadow;
};

struct ApproveRequest {
    std::vector<std::uint64_t> ids;
    std::string reason;
};

/// After a board was changed: the BMCs that answer now are these nodes' (N9).
struct AcceptRequest {
    std::vector<std::string> nodes;
    std::string reason;
};

/// Somebody has measured beside a source of power.
struct CalibrateRequest {
    PowerSource source;
    std::optional<Watts> reference;  // what the better instrument said; absent: believe the source
    std::optional<Watts> raw;        // what the source itself said then; absent: what it says now
    std::string by;                  // "clamp meter"; or why it is believed again
};

/// One line of a node's story, oldest first.
struct StoryLine {
    WallTime at{};
    std::string text;
};

struct Why {
    std::string node;
    std::vector<std::string> now;  // the present state, a sentence each
    std::vector<StoryLine> story;  // what was decided and done, from the journal
};

struct EventLine {
    WallTime at{};
    std::string node;  // empty: the daemon itself
    std::string kind;
    std::string text;
};

/// Entries of the audit (docs/audit.md), oldest first.
struct AuditRequest {
    std::vector<std::string> nodes{};  // empty: all
    WallTime since{};
    std::int64_t after = 0;  // only entries with larger numbers
    std::size_t most = 100;
    bool oldest = false;  // the oldest so many of them, not the newest
};

struct AuditLine {
    std::int64_t id = 0;
    WallTime at{};
    std::string line;  // the entry as JSON, as it was hashed
    std::string hash;
};

/// Whether the audit's chain is whole.
struct AuditVerdict {
    std::uint64_t rows = 0;  // that are
    std::int64_t last_id = 0;
    std::string last_hash;
    std::int64_t broken_id = 0;  // the first row that is wrong or missing; 0: none
    std::string broken_why;
    std::int64_t noted_id = 0;  // the row with the hash that was asked for; 0: not in the chain
};

/// What the outside may ask of the running daemon. Called on the loop thread; whether the caller
/// may act has been decided before (the export layer, by peer credentials).
class Control {
public:
    virtual ~Control() = default;
    virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
    /// What was measured and stored; null: nothing is.
    virtual Archive* archive() = 0;
    virtual asio::awaitable<std::vector<Outcome>> power(Caller who, PowerRequest what) = 0;
    virtual asio::awaitable<std::vector<Outcome>> cap(Caller who, CapRequest what) = 0;
    virtual asio::awaitable<std::vector<Outcome>> hold(Caller who, HoldRequest what) = 0;
    /// The modes in force afterwards, in words.
    virtual asio::awaitable<std::string> mode(Caller who, ModeRequest what) = 0;
    virtual asio::awaitable<PlanReport> plan() = 0;
    virtual asio::awaitable<std::vector<Outcome>> approve(Caller who, ApproveRequest what) = 0;
    virtual asio::awaitable<std::vector<Outcome>> accept_bmc(Caller who, AcceptRequest what) = 0;
    /// In force from the next reading on, over restarts too. One outcome, for the source.
    virtual asio::awaitable<std::vector<Outcome>> calibrate(Caller who, CalibrateRequest what) = 0;
    virtual asio::awaitable<std::vector<CalibrationEntry>> calibrations() = 0;
    virtual asio::awaitable<Result<Why>> why(std::string node) = 0;
    virtual asio::awaitable<std::vector<EventLine>> events(WallTime since, std::size_t most) = 0;
    virtual asio::awaitable<Result<std::vector<AuditLine>>> audit(AuditRequest what) = 0;
    /// `noted_hash`: one that was noted down earlier, or empty.
    virtual asio::awaitable<Result<AuditVerdict>> verify_audit(std::string noted_hash) = 0;
    /// Every check of docs/doctor.md, in its order. May take some seconds.
    virtual asio::awaitable<std::vector<Finding>> doctor() = 0;
    /// Null: nothing is stored here.
    virtual EnergyDoor* energy() { return nullptr; }
};

}  // namespace frugald
