#pragma once

#include <functional>
#include <map>
#include <set>

#include "daemon/store/store.h"
#include "tests/sim/clock.h"

namespace frugald::sim {

/// What is on the daemon's disk: it stays when the daemon dies.
struct Disk {
    std::vector<ActionRow> actions;
    std::map<std::pair<std::string, std::string>, std::string> kept;
    /// What frugald has said it did since somebody last took it, also what this disk refused.
    std::vector<HistoryEntry> audit;
    std::function<void(const StoredEvent&)> hear;  // the journal's events, for --trace
    std::string failure;  // not empty: every write fails with it (EIO, disk full)
    /// Called before (false) and after (true) a write has reached the platter: where a crash or a
    /// power cut may come. The daemon runs on to the end of its handler, unseen by the world.
    std::function<void(bool written)> at_write;
};

/// The store on a simulated disk: what a call has returned from is there after a power cut, a call
/// that did not return may or may not have happened.
class MemoryStore : public Store {
public:
    explicit MemoryStore(Disk& disk) : disk_(disk) {}
    /// The process is dead: nothing of it reaches the disk any more.
    void cut_off() { dead_ = true; }

    Result<std::vector<std::int64_t>> begin(std::span<const ActionRecord> records) override;
    Result<void> finish(std::span<const ActionEnd> ends) override;
    Result<std::vector<ActionRow>> open_actions() override;
    Result<std::vector<ActionRow>> actions(const History& wanted) override;
    Result<void> record(std::span<const StoredEvent> events) override;
    Result<std::vector<StoredEvent>> events(const History& wanted) override;
    Result<void> put(const std::string& space, const std::string& key,
                     const std::string& value) override;
    Result<void> erase(const std::string& space, const std::string& key) override;
    Result<std::vector<std::pair<std::string, std::string>>> all(const std::string& space) override;

    Result<void> append_audit(std::span<const HistoryEntry> entries) override;
    Result<std::vector<AuditRow>> audit(const AuditQuery& wanted) override;
    Result<AuditProof> verify_audit(AuditProof so_far, std::size_t most) override;
    Result<void> together(const std::function<Result<void>()>& work) override;

private:
    using Change = std::function<void(Disk&)>;
    Result<void> write(Change change);
    Result<void> commit();

    Disk& disk_;
    bool dead_ = false;
    bool together_ = false;
    std::vector<Change> changes_;     // of the transaction under way
    std::vector<HistoryEntry> said_;  // in it, for the audit
    std::size_t begun_ = 0;           // actions in it
    std::set<std::string> refused_;   // entries of the audit that will be offered again
};

}  // namespace frugald::sim
