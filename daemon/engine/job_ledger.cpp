#include "daemon/engine/job_ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/fields.h"
#include "daemon/core/log.h"

namespace frugald {

namespace {

using namespace std::chrono_literals;

constexpr const char* seen_key = "seen";
/// A reading after the end is there then, as a rule; the longest wait for one, and how often.
constexpr std::chrono::seconds after_end{20}, late_readings{6 * 60}, again_after{60};
constexpr std::chrono::seconds seen_interval{30}, forget_runs_interval{3600};
/// Settled by one question to the archive: jobs of about one time, so many of their nodes.
constexpr std::size_t most_places = 20'000;
constexpr std::chrono::hours one_time{2};
constexpr std::size_t most_forgotten = 1000;

}  // namespace

void JobLedger::load(std::vector<JobRun> runs,
                     const std::vector<std::pair<std::string, std::string>>& entries) {
    WallTime seen{};
    for (const auto& [key, value] : entries)
        if (key == seen_key) seen = from_unix_ms(number_in<std::int64_t>(value));
    book_.load(std::move(runs), seen);
}

asio::awaitable<void> JobLedger::look() {
    if (!works()) co_return;
    co_await take_view();
    keep_seen(false);
    co_await settle();
    co_await forget_old();
}

asio::awaitable<void> JobLedger::take_view() {
    const auto view = parts_.scheduler.view();
    if (view && view != last_) {
        last_ = view;
        book_.take(*view);
        co_await ask_for_strangers();
    }
    JobChanges changes;
    changes.runs = book_.take_changes();
    if (changes.runs.empty()) co_return;
    const auto written = co_await parts_.journal.write_jobs(changes);
    if (written) co_return;
    book_.write_again(changes.runs);
    if (failure_.empty()) log::error("ledger: jobs are not stored: {}", written.error().text);
    failure_ = written.error().text;
}

asio::awaitable<void> JobLedger::ask_for_strangers() {
    auto strangers = book_.take_strangers();
    if (strangers.empty()) co_return;
    std::vector<JobKey> keys;
    keys.reserve(strangers.size());
    for (const auto& run : strangers) keys.push_back(run.key);
    const auto known = co_await parts_.journal.known_jobs(std::move(keys));
    if (!known) co_return book_.ask_again();
    std::erase_if(strangers, [&](const JobRun& run) {
        return std::ranges::find(*known, run.key) != known->end();
    });
    book_.add(std::move(strangers));
}

/// Of each job that runs it is enough to know that it did when Slurm was last read.
void JobLedger::keep_seen(bool at_once) {
    const auto now = steady_now();
    if (!last_ || (!at_once && now - seen_kept_ < seen_interval)) return;
    seen_kept_ = now;
    parts_.journal.keep(space, seen_key, fmt::format("{}", to_unix_ms(last_->read_at.wall)));
}

asio::awaitable<void> JobLedger::save() {
    if (!works()) co_return;
    co_await take_view();
    keep_seen(true);
}

asio::awaitable<void> JobLedger::settle() {
    const auto complete = parts_.reader.complete_until();
    if (!complete) co_return;
    auto due = book_.unsettled(*complete - after_end);
    std::erase_if(due, [&](const JobRun* run) {
        const auto found = postponed_.find(run->key);
        return found != postponed_.end() && found->second > *complete;
    });
    if (due.empty()) co_return;
    // Jobs of about one time share a question; the others have their turn with the next look.
    std::vector<const JobRun*> some;
    std::size_t places = 0;
    auto end = *due.front()->end;
    auto shortest = std::chrono::milliseconds::max();
    for (const auto* run : due) {
        places += run->nodes.size();
        shortest = std::min(shortest, *run->end - run->key.start);
        const auto time = std::max(end, *run->end) - due.front()->key.start;
        const bool fits = places <= most_places && (time <= one_time || time / 2 <= shortest);
        if (!some.empty() && !fits) break;
        end = std::max(end, *run->end);
        some.push_back(run);
    }
    const bool settled = co_await settle_some(std::move(some), *complete);
    if (settled) book_.forget();
}

/// Readings of its end may still come: a slow BMC is read once a minute or less.
bool JobLedger::is_early(const JobEnergy& job, WallTime complete) {
    const bool lacks = std::ranges::any_of(
        job.rows, [](const auto& row) { return row.figure.covered < row.figure.length; });
    return lacks && complete < job.until + late_readings;
}

asio::awaitable<bool> JobLedger::settle_some(std::vector<const JobRun*> due, WallTime complete) {
    std::vector<std::pair<JobRun, WallTime>> runs;
    runs.reserve(due.size());
    for (const auto* run : due) runs.emplace_back(*run, *run->end);
    auto measured = co_await measure(std::move(runs));
    JobChanges changes;
    std::vector<JobKey> keys;
    for (auto& job : measured ? *measured : std::vector<JobEnergy>{}) {
        const JobKey key{job.id, job.start};
        if (is_early(job, complete)) {
            postponed_[key] = complete + again_after;
            continue;
        }
        postponed_.erase(key);
        keys.push_back(key);
        parts_.comments.add(job);
        changes.energies.push_back(std::move(job));
    }
    Result<void> done{};
    if (!measured) done = tl::unexpected<Error>(measured.error());
    if (!changes.empty()) done = co_await parts_.journal.write_jobs(std::move(changes));
    if (!done && failure_.empty())
        log::error("ledger: the energy of jobs is not stored: {}", done.error().text);
    if (done && !failure_.empty()) log::notice("ledger: works again");
    failure_ = done ? std::string{} : done.error().text;
    if (!done) co_return false;
    for (const auto& key : keys) book_.settled(key);
    co_return !keys.empty();
}

asio::awaitable<void> JobLedger::forget_old() {
    const auto now = Instant::now();
    if (now.steady - forgotten_ < forget_runs_interval) co_return;
    forgotten_ = now.steady;
    const auto gone =
        co_await parts_.journal.forget_jobs(now.wall - parts_.settings.keep, most_forgotten);
    if (gone && *gone == most_forgotten) forgotten_ = {};  // there are more
}

}  // namespace frugald
