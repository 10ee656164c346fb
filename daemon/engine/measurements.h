#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ports/archive.h"
#include "daemon/ports/event.h"
#include "daemon/ports/offload.h"
#include "daemon/store/samples/sample_store.h"

namespace frugald {

/// The time series, reached from the loop: one call at a time on a worker, apart from the journal
/// of actions, so that neither a round nor a long answer holds up a hook.
class Measurements : public Archive {
public:
    Measurements(asio::io_context& loop, asio::any_io_executor workers)
        : workers_(std::move(workers)), turn_(loop) {}

    /// Where to keep them; without it (a simulation) nothing is kept. The first `store` opens it:
    /// to read a full journal takes seconds.
    void use(std::filesystem::path directory) { directory_ = std::move(directory); }

    /// Returns when they are on disk, or kept to be offered again with the next ones: 250,000 of
    /// them, the newest. All that was measured before `taken` is among them or was given before.
    asio::awaitable<void> store(std::vector<Sample> samples, WallTime taken);
    asio::awaitable<void> forget(SampleRetention retention);

    asio::awaitable<Result<std::shared_ptr<ArchiveReader>>> ask(SampleQuery query) override;
    std::optional<WallTime> complete_until() const override { return complete_until_; }
    asio::awaitable<Result<std::optional<WallTime>>> oldest() override;
    std::vector<Sample> take_late() override;

    /// Why they are not stored now, or where they pile up; empty while all is well.
    const std::string& failure() const { return failure_; }
    /// That were given and are lost, since the start.
    std::uint64_t dropped() const { return dropped_; }

private:
    struct Outcome;
    class Reader;
    /// They live as long as their users want, but not longer than the store, and end where they
    /// lived: on a worker, one call at a time.
    struct Readers {
        std::map<const void*, std::unique_ptr<SampleReader>> in_use;
        std::vector<std::unique_ptr<SampleReader>> finished;
    };

    Result<void> open();
    Outcome append(std::span<const Sample> samples, WallTime taken);
    void keep_late(std::span<const Sample> samples);
    void keep_back(std::vector<Sample> samples);
    void judge(std::string failure);
    template <class F>
    asio::awaitable<std::invoke_result_t<F>> exclusively(F call);

    asio::any_io_executor workers_;
    Turnstile turn_;
    std::filesystem::path directory_;
    std::unique_ptr<SampleStore> samples_;  // null until open
    std::shared_ptr<Readers> readers_ = std::make_shared<Readers>();
    std::vector<Sample> waiting_;
    std::uint64_t dropped_ = 0;
    std::optional<WallTime> complete_until_;
    bool late_wanted_ = false;
    std::vector<Sample> late_;
    std::string failure_;
};

template <class F>
asio::awaitable<std::invoke_result_t<F>> Measurements::exclusively(F call) {
    co_await turn_.enter();
    auto work = [call = std::move(call),
                 finished = std::exchange(readers_->finished, {})]() mutable {
        finished.clear();
        return call();
    };
    auto result = co_await offload(workers_, std::move(work));
    turn_.leave();
    co_return result;
}

}  // namespace frugald
