#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "daemon/engine/journald.h"
#include "daemon/ports/asio.h"
#include "daemon/ports/event.h"
#include "daemon/store/store.h"

namespace frugald {

/// The store, reached from the loop: one call at a time on a worker, and what comes in while one
/// is under way goes into the next transaction together (10,000 hooks are a few fsyncs).
class Journal {
public:
    Journal(asio::io_context& loop, asio::any_io_executor workers, Store& store);

    /// On disk when it returns. Ids in the order of the records.
    asio::awaitable<Result<std::vector<std::int64_t>>> begin(std::vector<ActionRecord> records);
    /// Written soon; the loop does not wait. Order is kept.
    void finish(std::int64_t id, std::string result, std::string detail);
    void note(std::string node, std::string kind, std::string text, std::int64_t action = 0);
    /// Into the hash-chained audit, in the order of the calls, and to systemd's journal.
    void audit(HistoryEntry entry);
    void keep(std::string space, std::string key, std::string value);
    void drop(std::string space, std::string key);
    /// Returns when everything asked for before is on disk.
    asio::awaitable<void> flush();

    asio::awaitable<Result<std::vector<ActionRow>>> actions(History wanted);
    asio::awaitable<Result<std::vector<StoredEvent>>> events(History wanted);

    asio::awaitable<Result<std::vector<AuditRow>>> audit_rows(AuditQuery wanted);
    /// The whole chain, in pieces between which others may write. `noted` is a hash that was
    /// noted down earlier, or empty.
    asio::awaitable<Result<AuditProof>> verify_audit(std::string noted);

    /// See JobStore. Fault::unsupported where no jobs are kept.
    asio::awaitable<Result<void>> write_jobs(JobChanges changes);
    asio::awaitable<Result<std::vector<JobKey>>> known_jobs(std::vector<JobKey> keys);
    asio::awaitable<Result<std::vector<JobEnergy>>> settled_jobs(std::uint32_t id);
    asio::awaitable<Result<std::size_t>> forget_jobs(WallTime ended_before, std::size_t most);

    /// Why the last write failed; empty while the store works.
    const std::string& failure() const { return failure_; }

private:
    struct Batch;
    using Pair = std::pair<std::string, std::string>;
    struct Kept {
        Pair where;
        std::string value;
        bool erase = false;
    };

    void wake();
    asio::awaitable<void> write_out();
    void put_back(Batch& unwritten);
    Result<void> write(Batch& batch);
    asio::awaitable<void> write_batch(std::shared_ptr<Batch> batch);
    void judge(const Result<void>& written);
    template <class F>
    asio::awaitable<std::invoke_result_t<F>> exclusively(F call);
    template <class F>
    auto with_jobs(F call) -> asio::awaitable<std::invoke_result_t<F, JobStore&>>;

    asio::io_context& loop_;
    asio::any_io_executor workers_;
    Store& store_;
    Turnstile store_turn_;
    std::shared_ptr<Batch> collecting_;
    Journald journald_{journal_socket()};
    bool writing_ = false;
    std::string failure_;
};

}  // namespace frugald
