#include "daemon/store/store.h"

#include <fmt/format.h>

#include "daemon/store/audit.h"
#include "daemon/store/events.h"
#include "daemon/store/journal.h"
#include "daemon/store/map.h"
#include "daemon/store/readings.h"
#include "daemon/store/schema.h"
#include "daemon/store/state_directory.h"

namespace frugald {

namespace {

// The last space on the disk belongs to the journal.
constexpr std::uint64_t reserve_bytes = 16 * 1024 * 1024;
// Small commits want small pages; the readings' large ones want large pages.
constexpr int main_page_bytes = 4096, readings_page_bytes = 16384;

class SqliteStore final : public Store {
public:
    SqliteStore(std::filesystem::path directory, StateDirectory claim, Database main,
                Database readings)
        : directory_(std::move(directory)),
          claim_(std::move(claim)),
          main_(std::move(main)),
          readings_(std::move(readings)) {}

    Result<void> append(std::span<const StoredReading> readings) override {
        if (free_bytes(directory_) < reserve_bytes)
            return fail(Fault::unavailable,
                        fmt::format("readings are not stored: {} has less than 16 MiB left, which "
                                    "are kept for the journal of actions; free space there",
                                    directory_.string()));
        return readings_table_.append(readings);
    }
    Result<std::vector<StoredReading>> readings(const std::string& device, WallTime since,
                                                std::size_t most) override {
        return readings_table_.of_device(device, since, most);
    }
    Result<void> forget_readings(WallTime before) override {
        return readings_table_.forget(before);
    }
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

private:
    std::filesystem::path directory_;
    StateDirectory claim_;  // given up last
    Database main_;
    Database readings_;
    ReadingsTable readings_table_{readings_};
    JournalTable journal_{main_};
    EventsTable events_{main_};
    MapTable map_{main_};
    AuditTable audit_{main_};
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory) {
    auto claim = StateDirectory::claim(directory);
    if (!claim) return tl::unexpected(claim.error());
    auto main = Database::open(directory / "frugald.db", Durability::every_commit, main_page_bytes);
    if (!main) return tl::unexpected(main.error());
    if (const auto done = prepare_main_schema(*main); !done) return tl::unexpected(done.error());
    auto readings =
        Database::open(directory / "readings.db", Durability::consistent, readings_page_bytes);
    if (!readings) return tl::unexpected(readings.error());
    if (const auto done = prepare_readings_schema(*readings); !done)
        return tl::unexpected(done.error());
    return std::make_unique<SqliteStore>(directory, std::move(*claim), std::move(*main),
                                         std::move(*readings));
}

}  // namespace frugald
