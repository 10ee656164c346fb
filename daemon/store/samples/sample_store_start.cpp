// What happens when the store is opened.

#include <fmt/format.h>

#include "daemon/store/samples/journal_file.h"
#include "daemon/store/samples/sqlite_sample_store.h"

namespace frugald {

namespace fs = std::filesystem;

namespace samples {

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

}  // namespace samples

namespace {

Result<std::unique_ptr<SampleStore>> open_store(const fs::path& directory,
                                                std::vector<std::string> damage) {
    bool upgraded = false;
    auto journal = samples::open_journal_file(directory, upgraded);
    if (!journal) return tl::unexpected(journal.error());
    auto store = std::make_unique<samples::SqliteSampleStore>(directory, std::move(*journal));
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
    auto recovered = samples::recover_journal_file(directory, store.error().text);
    if (!recovered) return tl::unexpected(recovered.error());
    return open_store(directory, {std::move(*recovered)});
}

}  // namespace frugald
