#include "daemon/engine/job_comments.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/fields.h"
#include "daemon/core/log.h"

namespace frugald {

namespace {

using namespace std::chrono_literals;

/// slurmctld hands its records to slurmdbd some seconds late.
constexpr std::chrono::seconds not_there_yet = 60s, database_away = 60s, not_permitted = 600s;
constexpr unsigned most_tries = 10;
constexpr std::size_t most_comments = 20'000;

std::string name_of(const JobKey& key) {
    return fmt::format("{} {}", key.id, to_unix_ms(key.start));
}

}  // namespace

std::string comment_of(const JobEnergy& job) {
    const auto& total = job.total;
    if (!total.energy || !total.mean) return {};
    const auto unknown =
        job.unknown > 0 ? fmt::format(" unknown_nodes={}", job.unknown) : std::string{};
    return fmt::format("frugald: joules={:.0f} mean_watts={:.0f} covered={:.2f} nodes={}{}",
                       total.energy->value, total.mean->value,
                       total.length.count() > 0 ? total.covered / total.length : 0.0,
                       job.rows.size(), unknown);
}

/// "END_MS TEXT" under "JOB START_MS".
void JobComments::load(const std::vector<std::pair<std::string, std::string>>& entries) {
    for (const auto& [name, value] : entries) {
        std::string_view whose = name, what = value;
        const auto id = number_in<std::uint32_t>(cut(whose, ' '));
        const auto end = from_unix_ms(number_in<std::int64_t>(cut(what, ' ')));
        waiting_[{id, from_unix_ms(number_in<std::int64_t>(whose))}] = {end, std::string{what}};
    }
}

void JobComments::add(const JobEnergy& job) {
    // Nobody knows the end of a vanished one, by which its record would be found.
    if (!settings_.admin_comment || job.running || job.vanished) return;
    auto text = comment_of(job);
    if (text.empty()) return;
    if (waiting_.size() >= most_comments) {
        say(fmt::format("AdminComments of {} jobs wait to be written: the oldest are given up",
                        waiting_.size()));
        drop(waiting_.begin()->first);
    }
    put({job.id, job.start}, {job.until, std::move(text)});
}

void JobComments::put(const JobKey& key, Comment comment) {
    journal_.keep(space, name_of(key), fmt::format("{} {}", to_unix_ms(comment.end), comment.text));
    waiting_[key] = std::move(comment);
}

void JobComments::drop(const JobKey& key) {
    journal_.drop(space, name_of(key));
    waiting_.erase(key);
}

asio::awaitable<void> JobComments::write() {
    if (!settings_.admin_comment) co_return;
    for (;;) {
        const auto now = steady_now();
        const auto due =
            std::ranges::find_if(waiting_, [&](const auto& one) { return one.second.due <= now; });
        if (now < not_before_ || due == waiting_.end()) co_return;
        const auto key = due->first;
        JobComment comment{key.id, due->second.end, due->second.text};
        const auto written = co_await modules_.comment_job(std::move(comment));
        if (written) {
            if (!failure_.empty()) log::notice("ledger: AdminComments are written again");
            failure_.clear();
            drop(key);
        } else if (written.error().fault == Fault::cancelled) {
            co_return;
        } else {
            judge(key, written.error());
        }
    }
}

void JobComments::judge(const JobKey& key, const Error& error) {
    const auto now = steady_now();
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) return;  // given up while it was asked
    auto& comment = found->second;
    switch (error.fault) {
        case Fault::refused:
            log::debug("ledger: job {}: {}", key.id, error.text);
            return drop(key);
        case Fault::invalid:
            comment.due = now + not_there_yet;
            if (++comment.tries < most_tries) return;
            log::debug("ledger: job {}: {}: given up", key.id, error.text);
            return drop(key);
        case Fault::unsupported:
        case Fault::unauthorized:
            not_before_ = now + not_permitted;
            return say(error.text);
        default:
            not_before_ = now + database_away;
            return say(error.text);
    }
}

void JobComments::say(const std::string& failure) {
    if (failure_.empty()) log::warning("ledger: no AdminComment is written: {}", failure);
    failure_ = failure;
}

}  // namespace frugald
