// What happens with every round.

#include <fmt/format.h>

#include "daemon/store/samples/sqlite_sample_store.h"

namespace frugald::samples {

namespace {

constexpr std::int64_t sweep_every_ms = minute_ms;
// What is written is synced, and the journal shortened, this often.
constexpr std::int64_t settle_every_ms = 5 * minute_ms;

}  // namespace

/// One poll of a committed round.
void SqliteSampleStore::take(std::int64_t round, const Poll& poll, Values values) {
    if (!files_.chunks.has(poll.stream, round) && !is_stored(stored_.raw, poll))
        files_.chunks.take(poll.stream, round, poll.at_ms, poll.set, values);
    if (!is_stored(stored_.fine, poll))
        files_.five_minutes.take(poll.stream, round, poll.at_ms, poll.set, values, catalogue_);
    if (!is_stored(stored_.hours, poll))
        files_.hours.take(poll.stream, round, poll.at_ms, poll.set, values, catalogue_);
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

}  // namespace frugald::samples
