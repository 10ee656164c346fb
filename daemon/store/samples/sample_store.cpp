#include "daemon/store/samples/sample_store.h"

#include <fmt/format.h>

#include "daemon/store/samples/catalogue.h"
#include "daemon/store/samples/check.h"
#include "daemon/store/samples/files.h"
#include "daemon/store/samples/intake.h"
#include "daemon/store/samples/journal_file.h"
#include "daemon/store/samples/make_reader.h"
#include "daemon/store/samples/retention.h"
#include "daemon/store/samples/round_journal.h"
#include "daemon/store/samples/stored_until.h"

namespace frugald {

namespace {

namespace fs = std::filesystem;
using namespace samples;

constexpr std::int64_t sweep_every_ms = minute_ms;
// What is written is synced, and the journal shortened, this often.
constexpr std::int64_t settle_every_ms = 5 * minute_ms;

class SqliteSampleStore final : public SampleStore {
public:
    SqliteSampleStore(const fs::path& directory, Database journal)
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

    fs::path directory_;
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

Result<void> SqliteSampleStore::recover(bool upgraded, std::vector<std::string> damage) {
    damage_ = std::move(damage);
    const auto floors = floors_in(journal_);
    if (!floors) return tl::unexpected(floors.error());
    if (auto done = catalogue_.load(journal_); !done) return done;
    catalogue_.begin_after(floors->ids);
    catalogue_.commit();
    if (upgraded)
        for (auto* files : files_.all()) files->upgrade_all(damage_);
    auto rounds = RoundJournal::open(journal_);
    if (!rounds) return tl::unexpected(rounds.error());
    rounds_.emplace(std::move(*rounds));
    rounds_->begin_after(floors->round);
    if (auto done = restore_states(); !done) return done;
    const auto take = [this](std::int64_t number, const codec::Round& round) {
        replay(number, round);
    };
    if (auto done = rounds_->replay(take, damage_); !done) return done;
    stored_ = {};
    const auto written = write_finished();
    trouble_ = written ? std::string{} : written.error().text;
    return {};
}

Result<void> SqliteSampleStore::restore_states() {
    const auto raw = files_.raw.states(damage_), fine = files_.month.states(damage_),
               hours = files_.year.states(damage_);
    for (const auto* found : {&raw, &fine, &hours}) {
        if (!*found) return tl::unexpected(found->error());
        for (const auto& [stream, state] : (*found)->states) rounds_->begin_after(state.round);
    }
    for (const auto& [stream, state] : raw->states) files_.chunks.skip_until(stream, state.round);
    files_.five_minutes.restore(fine->states);
    files_.hours.restore(hours->states);
    const auto without = [](StoredUntil stored, const StoredStates& known) {
        for (const auto& [stream, state] : known) stored.erase(stream);
        return stored;
    };
    stored_.raw = without(stored_chunks(raw->unreadable, damage_), raw->states);
    stored_.fine =
        without(stored_cells(fine->unreadable, files_.five_minutes, damage_), fine->states);
    stored_.hours = without(stored_cells(hours->unreadable, files_.hours, damage_), hours->states);
    return {};
}

/// One poll of a committed round.
void SqliteSampleStore::take(std::int64_t round, const Poll& poll, Values values) {
    if (!files_.chunks.has(poll.stream, round) && !is_stored(stored_.raw, poll))
        files_.chunks.take(poll.stream, round, poll.at_ms, poll.set, values);
    if (!is_stored(stored_.fine, poll))
        files_.five_minutes.take(poll.stream, round, poll.at_ms, poll.set, values, catalogue_);
    if (!is_stored(stored_.hours, poll))
        files_.hours.take(poll.stream, round, poll.at_ms, poll.set, values, catalogue_);
}

void SqliteSampleStore::replay(std::int64_t number, const codec::Round& round) {
    std::vector<std::optional<std::int64_t>> values;
    for (const auto& group : round.groups()) {
        const auto* set = catalogue_.set(group.sensor_set);
        if (set == nullptr || set->size() != group.sensors) {
            damage_.push_back(
                fmt::format("{}: round {}: the sensor set {} is not known, so {} "
                            "polls are lost",
                            journal_.file(), number, group.sensor_set, group.devices.size()));
            continue;
        }
        values.resize(group.sensors);
        for (std::size_t i = 0; i < group.devices.size(); ++i) {
            const auto stream = group.devices[i];
            const bool unknown =
                stream >= catalogue_.streams().size() || catalogue_.streams()[stream].id == 0;
            if (unknown || files_.have(stream, number)) continue;
            for (std::size_t sensor = 0; sensor < group.sensors; ++sensor)
                values[sensor] = group.at(i, sensor);
            take(number,
                 {.stream = stream,
                  .set = group.sensor_set,
                  .at_ms = round.at_ms() + group.offset_ms[i]},
                 values);
        }
    }
}

Result<void> SqliteSampleStore::write_rounds(std::int64_t now_ms) {
    const auto polls = intake_.polls();
    for (std::size_t first = 0; first < polls.size();) {
        auto& round = rounds_->begin(now_ms);
        const unsigned wave = polls[first].wave;
        for (; first < polls.size() && polls[first].wave == wave; ++first) {
            const auto& poll = polls[first];
            const auto offset = static_cast<std::int32_t>(poll.at_ms - now_ms);
            auto added = round.add(poll.stream, poll.set, offset, intake_.values(poll));
            if (!added) return added;
        }
        if (auto written = rounds_->write(); !written) return tl::unexpected(written.error());
    }
    return {};
}

Result<void> SqliteSampleStore::append(WallTime now, std::span<const Sample> readings) {
    const auto now_ms = to_unix_ms(now);
    const auto first = rounds_->newest() + 1;
    intake_.sort(now_ms, readings);
    const auto work = [&]() -> Result<void> {
        if (auto done = catalogue_.write_added(journal_); !done) return done;
        return write_rounds(now_ms);
    };
    if (auto done = intake_.polls().empty() ? Result<void>{} : journal_.transaction(work); !done) {
        catalogue_.roll_back();
        rounds_->roll_back();
        return done;
    }
    catalogue_.commit();
    rounds_->commit();
    for (const auto& poll : intake_.polls()) take(first + poll.wave, poll, intake_.values(poll));
    keep_up(now_ms);
    return {};
}

std::optional<WallTime> SqliteSampleStore::oldest() const {
    constexpr std::int64_t always = std::int64_t{1} << 60;
    const auto days = files_.raw.existing(-always, always);
    if (days.empty()) return std::nullopt;
    return from_unix_ms(days.front().span.from_ms);
}

/// What must happen now and then. A failure leaves things as they are, for the next time.
void SqliteSampleStore::keep_up(std::int64_t now_ms) {
    if (std::abs(now_ms - swept_ms_) >= sweep_every_ms) {
        swept_ms_ = now_ms;
        files_.chunks.sweep(now_ms);
    }
    auto done = write_finished();
    if (done && std::abs(now_ms - settled_ms_) >= settle_every_ms) {
        settled_ms_ = now_ms;
        done = settle(now_ms);
    }
    trouble_ = done ? std::string{} : done.error().text;
}

Result<void> SqliteSampleStore::write_finished() {
    const auto finished = files_.chunks.take_finished();
    auto raw = files_.chunks.write(damage_);
    auto fine = files_.five_minutes.save(finished, damage_);
    auto hours = files_.hours.save(finished, damage_);
    return !raw ? raw : !fine ? fine : hours;
}

Result<void> SqliteSampleStore::settle(std::int64_t now_ms) {
    files_.five_minutes.close_silent(now_ms);
    files_.hours.close_silent(now_ms);
    if (auto done = write_finished(); !done) return done;
    bool all = true;
    for (auto* files : files_.all()) {
        const auto done = files->checkpoint();
        if (!done) return tl::unexpected(done.error());
        all = all && *done;
    }
    if (!all) return {};
    auto needed = files_.chunks.oldest_round(rounds_->newest() + 1);
    needed = files_.hours.oldest_round(files_.five_minutes.oldest_round(needed));
    const auto first = rounds_->trim(needed);
    if (!first) return tl::unexpected(first.error());
    for (auto* files : files_.all())
        if (auto done = files->forget_targets(*first); !done) return done;
    return {};
}

Result<void> SqliteSampleStore::flush() {
    files_.chunks.finish_all();
    auto done = write_finished();
    if (done) done = files_.five_minutes.save(files_.five_minutes.unsaved(), damage_);
    if (done) done = files_.hours.save(files_.hours.unsaved(), damage_);
    return done ? settle(settled_ms_) : done;
}

Result<std::unique_ptr<SampleStore>> open_store(const fs::path& directory,
                                                std::vector<std::string> damage) {
    bool upgraded = false;
    auto journal = open_journal_file(directory, upgraded);
    if (!journal) return tl::unexpected(journal.error());
    auto store = std::make_unique<SqliteSampleStore>(directory, std::move(*journal));
    if (auto done = store->recover(upgraded, std::move(damage)); !done)
        return tl::unexpected(done.error());
    return store;
}

}  // namespace

Result<std::unique_ptr<SampleStore>> SampleStore::open(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory / "raw", error);
    if (error)
        return fail(Fault::unavailable,
                    fmt::format("{}/raw cannot be created: {}; check owner and mode",
                                directory.string(), error.message()));
    auto store = open_store(directory, {});
    if (store || store.error().fault != Fault::unparsable) return store;
    auto recovered = recover_journal_file(directory, store.error().text);
    if (!recovered) return tl::unexpected(recovered.error());
    return open_store(directory, {std::move(*recovered)});
}

}  // namespace frugald
