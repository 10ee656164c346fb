#pragma once

#include "daemon/store/samples/catalogue.h"
#include "daemon/store/samples/check.h"
#include "daemon/store/samples/files.h"
#include "daemon/store/samples/intake.h"
#include "daemon/store/samples/make_reader.h"
#include "daemon/store/samples/retention.h"
#include "daemon/store/samples/round_journal.h"
#include "daemon/store/samples/stored_until.h"

namespace frugald::samples {

/// What SampleStore::open gives.
class SqliteSampleStore final : public SampleStore {
public:
    SqliteSampleStore(const std::filesystem::path& directory, Database journal)
        : directory_(directory),
          journal_(std::move(journal)),
          files_(directory, journal_, catalogue_) {}

    /// `upgraded`: the files are of an older schema.
    Result<void> recover(bool upgraded, std::vector<std::string> damage);
    Result<void> append(WallTime now, std::span<const Sample> readings) override;
    const std::string& trouble() const override { return trouble_; }
    std::vector<std::string> take_damage() override { return std::exchange(damage_, {}); }
    std::optional<WallTime> oldest() const override;
    std::unique_ptr<SampleReader> read(SampleQuery query) override {
        return make_reader(files_, catalogue_, std::move(query));
    }
    Result<void> flush() override;
    Result<void> forget(const SampleRetention& retention) override {
        return forget_files(directory_, files_, retention);
    }
    Result<SampleCheck> check() override { return check_files(files_); }

private:
    Result<void> restore_states();
    static bool is_stored(const StoredUntil& stored, const Poll& poll) {
        if (stored.empty()) return false;
        const auto found = stored.find(poll.stream);
        return found != stored.end() && poll.at_ms < found->second;
    }
    Result<void> write_rounds(std::int64_t now_ms);
    void take(std::int64_t round, const Poll& poll, Values values);
    void replay(std::int64_t number, const codec::Round& round);
    Result<void> write_finished();
    Result<void> settle(std::int64_t now_ms);
    void keep_up(std::int64_t now_ms);

    std::filesystem::path directory_;
    Database journal_;  // before all that has statements in it
    Catalogue catalogue_;
    Files files_;
    Intake intake_{catalogue_, files_.chunks};
    std::optional<RoundJournal> rounds_;
    struct {
        StoredUntil raw{}, fine{}, hours{};
    } stored_;  // while the journal is replayed
    std::int64_t swept_ms_ = 0, settled_ms_ = 0;
    std::string trouble_;
    std::vector<std::string> damage_;
};

}  // namespace frugald::samples
