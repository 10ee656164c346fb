#include "daemon/engine/journal.h"

#include "daemon/core/log.h"
#include "daemon/ports/offload.h"

namespace frugald {

namespace {
constexpr std::chrono::seconds retry_after{1};
constexpr std::ptrdiff_t most_kept_back = 100'000;
}  // namespace

/// What one transaction's worth of callers asked for.
struct Journal::Batch {
    explicit Batch(asio::io_context& loop) : written(loop) {}

    std::vector<ActionRecord> begins;
    std::vector<ActionEnd> ends;
    std::vector<StoredEvent> events;
    std::vector<HistoryEntry> audits;
    std::vector<Kept> kept;
    Result<std::vector<std::int64_t>> ids{};
    bool wanted = false;  // somebody waits for it, or something is in it
    bool done = false;
    Event written;
};

Journal::Journal(asio::io_context& loop, asio::any_io_executor workers, Store& store)
    : loop_(loop),
      workers_(workers),
      store_(store),
      store_turn_(loop),
      collecting_(std::make_shared<Batch>(loop)) {}

template <class F>
asio::awaitable<std::invoke_result_t<F>> Journal::exclusively(F call) {
    co_await store_turn_.enter();
    auto result = co_await offload(workers_, std::move(call));
    store_turn_.leave();
    co_return result;
}

asio::awaitable<Result<std::vector<std::int64_t>>> Journal::begin(
    std::vector<ActionRecord> records) {
    const auto batch = collecting_;
    const auto first = static_cast<std::ptrdiff_t>(batch->begins.size());
    const auto count = static_cast<std::ptrdiff_t>(records.size());
    for (auto& record : records) batch->begins.push_back(std::move(record));
    wake();
    while (!batch->done) co_await batch->written.wait();
    if (!batch->ids) co_return tl::unexpected<Error>(batch->ids.error());
    const auto from = batch->ids->begin() + first;
    co_return std::vector<std::int64_t>(from, from + count);
}

void Journal::finish(std::int64_t id, std::string result, std::string detail) {
    if (id == 0) return;  // never begun: the store was broken then
    collecting_->ends.push_back({id, Instant::now().wall, std::move(result), std::move(detail)});
    wake();
}

void Journal::note(std::string node, std::string kind, std::string text, std::int64_t action) {
    collecting_->events.push_back(
        {Instant::now().wall, std::move(node), std::move(kind), std::move(text), action});
    wake();
}

void Journal::audit(HistoryEntry entry) {
    journald_.send(entry);
    collecting_->audits.push_back(std::move(entry));
    wake();
}

void Journal::keep(std::string space, std::string key, std::string value) {
    collecting_->kept.push_back({{std::move(space), std::move(key)}, std::move(value), false});
    wake();
}

void Journal::drop(std::string space, std::string key) {
    collecting_->kept.push_back({{std::move(space), std::move(key)}, {}, true});
    wake();
}

asio::awaitable<void> Journal::flush() {
    const auto batch = collecting_;
    wake();
    while (!batch->done) co_await batch->written.wait();
}

void Journal::wake() {
    collecting_->wanted = true;
    if (writing_) return;
    writing_ = true;
    asio::co_spawn(loop_, write_out(), asio::detached);
}

asio::awaitable<void> Journal::write_out() {
    // What the caller adds in the same turn of the loop still comes along.
    co_await asio::post(loop_, asio::use_awaitable);
    for (;;) {
        auto batch = std::exchange(collecting_, std::make_shared<Batch>(loop_));
        co_await write_batch(batch);
        batch->done = true;
        batch->written.notify_all();
        if (!failure_.empty()) {
            put_back(*batch);
            co_await pause(retry_after);
        }
        if (!collecting_->wanted) break;
    }
    writing_ = false;
}

/// What a broken store did not take is offered again, in front of what is newer. Begun actions are
/// not: their callers were told that they failed.
void Journal::put_back(Batch& unwritten) {
    const auto before = [](auto& older, auto& newer) {
        older.insert(older.end(), std::make_move_iterator(newer.begin()),
                     std::make_move_iterator(newer.end()));
        if (std::ssize(older) > most_kept_back)
            older.erase(older.begin(), older.end() - most_kept_back);
        newer = std::move(older);
    };
    before(unwritten.ends, collecting_->ends);
    before(unwritten.events, collecting_->events);
    before(unwritten.audits, collecting_->audits);
    before(unwritten.kept, collecting_->kept);
    collecting_->wanted = true;
}

Result<void> Journal::write(Batch& batch) {
    if (!batch.begins.empty()) batch.ids = store_.begin(batch.begins);
    if (!batch.ids) return tl::unexpected<Error>(batch.ids.error());
    if (!batch.ends.empty())
        if (auto written = store_.finish(batch.ends); !written) return written;
    if (!batch.events.empty())
        if (auto written = store_.record(batch.events); !written) return written;
    if (auto written = store_.append_audit(batch.audits); !written) return written;
    for (const auto& [where, value, erase] : batch.kept)
        if (auto written = erase ? store_.erase(where.first, where.second)
                                 : store_.put(where.first, where.second, value);
            !written)
            return written;
    return {};
}

asio::awaitable<void> Journal::write_batch(std::shared_ptr<Batch> batch) {
    auto work = [this, batch]() -> Result<void> {
        auto written = store_.together([&] { return write(*batch); });
        if (!written) batch->ids = tl::unexpected<Error>(written.error());
        return written;
    };
    const auto written = co_await exclusively(work);
    judge(written);
}

void Journal::judge(const Result<void>& written) {
    if (!written && failure_.empty()) log::error("store: {}", written.error().text);
    if (written && !failure_.empty()) log::notice("store: works again");
    failure_ = written ? std::string{} : written.error().text;
}

asio::awaitable<Result<std::vector<ActionRow>>> Journal::actions(History wanted) {
    auto read = [this, wanted] { return store_.actions(wanted); };
    co_return co_await exclusively(read);
}

asio::awaitable<Result<std::vector<StoredEvent>>> Journal::events(History wanted) {
    auto read = [this, wanted] { return store_.events(wanted); };
    co_return co_await exclusively(read);
}

asio::awaitable<Result<std::vector<AuditRow>>> Journal::audit_rows(AuditQuery wanted) {
    auto read = [this, wanted] { return store_.audit(wanted); };
    co_return co_await exclusively(read);
}

asio::awaitable<Result<AuditProof>> Journal::verify_audit(std::string noted) {
    constexpr std::size_t rows_at_once = 2000;
    AuditProof proof;
    proof.noted_hash = std::move(noted);
    while (!proof.finished) {
        auto verify = [this, proof] { return store_.verify_audit(proof, rows_at_once); };
        auto next = co_await exclusively(std::move(verify));
        if (!next) co_return next;
        proof = std::move(*next);
    }
    co_return proof;
}

template <class F>
auto Journal::with_jobs(F call) -> asio::awaitable<std::invoke_result_t<F, JobStore&>> {
    auto work = [this, call = std::move(call)]() -> std::invoke_result_t<F, JobStore&> {
        auto* const jobs = store_.jobs();
        if (jobs == nullptr) return fail(Fault::unsupported, "no jobs are kept here");
        return call(*jobs);
    };
    co_return co_await exclusively(std::move(work));
}

asio::awaitable<Result<void>> Journal::write_jobs(JobChanges changes) {
    auto write = [changes = std::move(changes)](JobStore& jobs) { return jobs.write(changes); };
    co_return co_await with_jobs(std::move(write));
}

asio::awaitable<Result<std::vector<JobKey>>> Journal::known_jobs(std::vector<JobKey> keys) {
    auto look = [keys = std::move(keys)](JobStore& jobs) { return jobs.known(keys); };
    co_return co_await with_jobs(std::move(look));
}

asio::awaitable<Result<std::vector<JobEnergy>>> Journal::settled_jobs(std::uint32_t id) {
    auto read = [id](JobStore& jobs) { return jobs.settled(id); };
    co_return co_await with_jobs(read);
}

asio::awaitable<Result<std::size_t>> Journal::forget_jobs(WallTime ended_before, std::size_t most) {
    auto work = [ended_before, most](JobStore& jobs) { return jobs.forget(ended_before, most); };
    co_return co_await with_jobs(work);
}

}  // namespace frugald
