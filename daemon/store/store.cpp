#include "daemon/store/store.h"

#include "daemon/store/audit.h"
#include "daemon/store/events.h"
#include "daemon/store/jobs.h"
#include "daemon/store/journal.h"
#include "daemon/store/main_file.h"
#include "daemon/store/map.h"
#include "daemon/store/state_directory.h"

namespace frugald {

namespace {

class SqliteStore final : public Store {
public:
    SqliteStore(StateDirectory claim, Database main)
        : claim_(std::move(claim)), main_(std::move(main)) {}

    Result<std::vector<std::int64_t>> begin(std::span<const ActionRecord> records) override {
        return journal_.begin(records);
    }
    Result<void> finish(std::span<const ActionEnd> ends) override { return journal_.finish(ends); }
    Result<std::vector<ActionRow>> open_actions() override { return journal_.open_actions(); }
    Result<std::vector<ActionRow>> actions(const History& wanted) override {
        return journal_.actions(wanted);
    }
    Result<void> record(std::span<const StoredEvent> events) override {
        return events_.record(events);
    }
    Result<std::vector<StoredEvent>> events(const History& wanted) override {
        return events_.events(wanted);
    }
    Result<void> append_audit(std::span<const HistoryEntry> entries) override {
        return audit_.append(entries);
    }
    Result<std::vector<AuditRow>> audit(const AuditQuery& wanted) override {
        return audit_.rows(wanted);
    }
    Result<AuditProof> verify_audit(AuditProof so_far, std::size_t most) override {
        return audit_.verify(std::move(so_far), most);
    }
    Result<void> together(const std::function<Result<void>()>& work) override {
        return main_.transaction(work);
    }
    Result<void> put(const std::string& space, const std::string& key,
                     const std::string& value) override {
        return map_.put(space, key, value);
    }
    Result<void> erase(const std::string& space, const std::string& key) override {
        return map_.erase(space, key);
    }
    Result<std::vector<std::pair<std::string, std::string>>> all(
        const std::string& space) override {
        return map_.all(space);
    }
    JobStore* jobs() override { return &jobs_; }

private:
    StateDirectory claim_;  // given up last
    Database main_;
    JournalTable journal_{main_};
    EventsTable events_{main_};
    MapTable map_{main_};
    AuditTable audit_{main_};
    JobTables jobs_{main_};
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory,
                                           OnDamage on_damage) {
    auto claim = StateDirectory::claim(directory);
    if (!claim) return tl::unexpected(claim.error());
    const auto file = directory / main_file_name;
    auto main = open_main_file(file);
    if (!main && main.error().fault == Fault::unparsable && on_damage == OnDamage::recover) {
        const auto recovered = recover_main_file(file, main.error().text);
        if (!recovered) return tl::unexpected(recovered.error());
        main = open_main_file(file);
    }
    if (!main) return tl::unexpected(main.error());
    return std::make_unique<SqliteStore>(std::move(*claim), std::move(*main));
}

}  // namespace frugald
