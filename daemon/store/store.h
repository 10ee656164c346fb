#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/core/action.h"
#include "daemon/core/clock.h"
#include "daemon/core/history.h"
#include "daemon/core/job_run.h"
#include "daemon/core/reading.h"
#include "daemon/core/result.h"

namespace frugald {

/// The intent, written before anything is sent.
struct ActionRecord {
    WallTime asked{};
    WallTime deadline{};
    std::string node{};
    /// to_string(ActionKind), or "hook-suspend", "hook-resume", "hook-resume-fail".
    std::string action{};
    std::string actor{};
    std::string reason{};
    std::uint64_t generation = 0;
    std::optional<double> watts{};
};

/// The result, written after.
struct ActionEnd {
    std::int64_t id = 0;
    WallTime at{};
    std::string result{};  // "ok", "refused", "failed", "expired", "superseded"
    std::string detail{};
};

struct ActionRow {
    std::int64_t id = 0;
    ActionRecord record{};
    std::optional<ActionEnd> end{};  // absent: still open
};

struct StoredEvent {
    WallTime at{};
    std::string node{};  // empty: the daemon itself
    std::string kind{};  // "hook", "command", "read-back", "refused", "external", "daemon" ...
    std::string text{};
    std::int64_t action = 0;  // the action it belongs to, 0 for none
};

struct History {
    std::string node{};  // empty: all
    WallTime since{};
    std::size_t most = 100;  // the newest so many, returned oldest first
};

/// Which rows of the audit, always returned oldest first.
struct AuditQuery {
    std::vector<std::string> nodes{};  // empty: all
    WallTime since{};
    std::int64_t after = 0;  // only rows with larger numbers
    std::size_t most = 100;
    bool oldest = false;  // the oldest so many of them (to read on from), not the newest
};

struct AuditRow {
    std::int64_t id = 0;
    WallTime at{};
    std::string line{};  // compact JSON (docs/audit.md)
    std::string hash{};
};

/// How far the audit's chain has been verified, and what was found.
struct AuditProof {
    std::uint64_t rows = 0;  // verified
    std::int64_t last_id = 0;
    std::string last_hash{};  // of row last_id: what an administrator may note down
    bool finished = false;
    std::int64_t broken_id = 0;  // the first row that is wrong or missing; 0: none
    std::string broken_why{};
    std::string noted_hash{};   // set by the caller: a hash noted down earlier
    std::int64_t noted_id = 0;  // the row that has it; 0: none was met
};

/// What to do about a damaged frugald.db.
enum class OnDamage {
    recover,
    refuse,  // leave it to the next start
};

/// Jobs and their energies (docs/energy.md). Called like the store's own functions.
class JobStore {
public:
    virtual ~JobStore() = default;
    /// All of it in one transaction.
    virtual Result<void> write(const JobChanges& changes) = 0;
    /// Runs that are not settled, and all others that ended after the first of them began: who
    /// shared nodes with them.
    virtual Result<std::vector<JobRun>> unfinished() = 0;
    /// Those of them that are stored.
    virtual Result<std::vector<JobKey>> known(const std::vector<JobKey>& keys) = 0;
    /// Settled runs of this number, by start.
    virtual Result<std::vector<JobEnergy>> settled(std::uint32_t id) = 0;
    /// Deletes what ended before, at most so many runs; how many it were.
    virtual Result<std::size_t> forget(WallTime ended_before, std::size_t most) = 0;
};

/// The action journal, events, the audit and what must survive a restart, in frugald.db. All calls
/// block: run them in offload(), one at a time. What a writing call has returned from is on disk
/// (fsync) and survives kill -9 and a power cut. The readings are next door: see SampleStore.
class Store {
public:
    /// The space of the map that says what became of a damaged file: key `certain` if all the rest
    /// of the map was read, `uncertain` if an entry (a hold, say) may be missing or wrong; the
    /// value is a text for people. Whoever has acted on it erases it.
    static constexpr const char* damage_space = "damage";

    /// Creates or opens `directory`/frugald.db. A damaged file is set aside as
    /// frugald.db.damaged-MS and what can be read of it is in the new one: see damage_space.
    /// Fault::unavailable with the remedy in the text when the directory cannot be written, is on
    /// NFS or is locked by another frugald, and when there is no room for the recovery.
    static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory,
                                               OnDamage on_damage = OnDamage::recover);
    virtual ~Store() = default;

    /// All of them in one transaction; the ids, in order.
    virtual Result<std::vector<std::int64_t>> begin(std::span<const ActionRecord> records) = 0;
    /// Finishing an action twice keeps the first result.
    virtual Result<void> finish(std::span<const ActionEnd> ends) = 0;
    virtual Result<std::vector<ActionRow>> open_actions() = 0;
    virtual Result<std::vector<ActionRow>> actions(const History& wanted) = 0;

    virtual Result<void> record(std::span<const StoredEvent> events) = 0;
    virtual Result<std::vector<StoredEvent>> events(const History& wanted) = 0;

    /// Adds to the hash-chained audit, in this order.
    virtual Result<void> append_audit(std::span<const HistoryEntry> entries) = 0;
    virtual Result<std::vector<AuditRow>> audit(const AuditQuery& wanted) = 0;
    /// Verifies the next `most` rows of the chain; begin with an empty proof, go on until it is
    /// finished.
    virtual Result<AuditProof> verify_audit(AuditProof so_far, std::size_t most) = 0;

    /// Everything that `work` writes by the functions above and below in one transaction: all of
    /// it, or nothing when `work` or the commit fails.
    virtual Result<void> together(const std::function<Result<void>()>& work) = 0;

    /// A small durable map for what must survive a restart: holds, cap leases, energy counters.
    virtual Result<void> put(const std::string& space, const std::string& key,
                             const std::string& value) = 0;
    virtual Result<void> erase(const std::string& space, const std::string& key) = 0;
    virtual Result<std::vector<std::pair<std::string, std::string>>> all(
        const std::string& space) = 0;

    /// Null: this store keeps no jobs.
    virtual JobStore* jobs() { return nullptr; }
};

}  // namespace frugald
