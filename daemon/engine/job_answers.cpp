// What the ledger of jobs answers.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/job_ledger.h"

namespace frugald {

/// Every run of a job: those whose energy is in the store, and the others.
struct JobLedger::Known {
    std::vector<JobEnergy> settled;
    std::vector<std::pair<JobRun, WallTime>> others;  // and to when they are stored
};

asio::awaitable<Result<JobLedger::Known>> JobLedger::find(std::uint32_t id) {
    if (!works())
        co_return fail(Fault::invalid,
                       "energies of jobs are not kept: jobs = false in "
                       "[ledger]");
    auto stored = co_await parts_.journal.settled_jobs(id);
    if (!stored) co_return tl::unexpected<Error>(stored.error());
    const auto complete = parts_.reader.complete_until();
    Known known{std::move(*stored), {}};
    for (const auto* run : book_.find(id)) {
        const bool settled = std::ranges::any_of(
            known.settled, [&](const auto& one) { return one.start == run->key.start; });
        const auto until = run->end.value_or(complete.value_or(run->key.start));
        if (!settled) known.others.emplace_back(*run, std::max(until, run->key.start));
    }
    if (!known.others.empty() && !complete)
        co_return fail(Fault::unavailable, "the store of readings is not open yet");
    if (known.settled.empty() && known.others.empty())
        co_return fail(Fault::invalid,
                       fmt::format("nothing is known of a job {}: it has not begun to run, it "
                                   "ended before frugald came, or it is older than keep_jobs_days",
                                   id));
    co_return known;
}

asio::awaitable<Result<std::vector<JobEnergy>>> JobLedger::energy(std::uint32_t id) {
    auto known = co_await find(id);
    if (!known) co_return tl::unexpected<Error>(known.error());
    auto jobs = std::move(known->settled);
    if (!known->others.empty()) {
        auto live = co_await measure(std::move(known->others));
        if (!live) co_return live;
        jobs.insert(jobs.end(), std::make_move_iterator(live->begin()),
                    std::make_move_iterator(live->end()));
    }
    for (auto& job : jobs) {
        job.ends_within = cell_length(job.resolution);
        add_up(job);
    }
    std::ranges::sort(jobs, {}, &JobEnergy::start);
    co_return jobs;
}

asio::awaitable<Result<std::vector<JobSpan>>> JobLedger::spans(std::uint32_t id) {
    const auto known = co_await find(id);
    if (!known) co_return tl::unexpected<Error>(known.error());
    std::vector<JobSpan> spans;
    for (const auto& job : known->settled) {
        JobSpan span{{}, job.start, job.until};
        for (const auto& row : job.rows) span.nodes.push_back(row.node);
        spans.push_back(std::move(span));
    }
    for (const auto& [run, until] : known->others)
        spans.push_back({run.nodes, run.key.start, until});
    std::ranges::sort(spans, {}, &JobSpan::from);
    co_return spans;
}

}  // namespace frugald
