#include "daemon/engine/measurements.h"

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/store/state_directory.h"

namespace frugald {

namespace {

// The last space on the disk belongs to the journal of actions.
constexpr std::uint64_t reserve_bytes = 16 * 1024 * 1024;
constexpr std::size_t most_waiting_samples = 250'000, most_late = 100'000;
// A poll is handed over when all of its answers are there, a jump when the next reading has
// confirmed it.
constexpr std::chrono::seconds lateness{15};

/// Keeps the newest `most` of them; how many go.
std::size_t shorten(std::vector<Sample>& samples, std::size_t most) {
    if (samples.size() <= most) return 0;
    const auto gone = samples.size() - most;
    samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(gone));
    return gone;
}

}  // namespace

/// What a worker brings back.
struct Measurements::Outcome {
    Result<void> done{};
    std::string trouble{};
    std::vector<std::string> damage{};
};

Result<void> Measurements::open() {
    if (samples_) return {};
    auto opened = SampleStore::open(directory_);
    if (!opened) return tl::unexpected<Error>(opened.error());
    samples_ = std::move(*opened);
    return {};
}

Measurements::Outcome Measurements::append(std::span<const Sample> samples, WallTime taken) {
    if (auto opened = open(); !opened) return {.done = opened};
    Outcome outcome;
    if (free_bytes(directory_) < reserve_bytes)
        outcome.done = fail(Fault::unavailable,
                            fmt::format("{} has less than 16 MiB left, which are kept for the "
                                        "journal of actions; free space there",
                                        directory_.string()));
    else
        outcome.done = samples_->append(taken, samples);
    outcome.trouble = samples_->trouble();
    outcome.damage = samples_->take_damage();
    return outcome;
}

asio::awaitable<void> Measurements::store(std::vector<Sample> samples, WallTime taken) {
    if (directory_.empty()) co_return;
    keep_late(samples);
    auto all = std::exchange(waiting_, {});
    if (all.empty())
        all = std::move(samples);
    else
        all.insert(all.end(), std::make_move_iterator(samples.begin()),
                   std::make_move_iterator(samples.end()));
    const auto given = std::make_shared<std::vector<Sample>>(std::move(all));
    auto work = [this, given, taken] { return append(*given, taken); };
    const auto outcome = co_await exclusively(std::move(work));
    for (const auto& one : outcome.damage) log::error("store: {}", one);
    if (outcome.done)
        complete_until_ = std::max(complete_until_.value_or(WallTime{}), taken - lateness);
    else
        keep_back(std::move(*given));
    judge(outcome.done ? outcome.trouble : outcome.done.error().text);
}

/// A sink has read past them already.
void Measurements::keep_late(std::span<const Sample> samples) {
    if (!late_wanted_ || !complete_until_) return;
    for (const auto& sample : samples)
        if (sample.at < *complete_until_) late_.push_back(sample);
    shorten(late_, most_late);
}

void Measurements::keep_back(std::vector<Sample> samples) {
    samples.insert(samples.end(), std::make_move_iterator(waiting_.begin()),
                   std::make_move_iterator(waiting_.end()));
    waiting_ = std::move(samples);
    dropped_ += shorten(waiting_, most_waiting_samples);
}

void Measurements::judge(std::string failure) {
    if (!failure.empty() && failure_.empty()) log::error("store: readings: {}", failure);
    if (failure.empty() && !failure_.empty())
        log::notice("store: readings: works again; {} lost since the start", dropped_);
    failure_ = std::move(failure);
}

asio::awaitable<void> Measurements::forget(SampleRetention retention) {
    auto work = [this, retention]() -> Result<void> {
        return samples_ ? samples_->forget(retention) : Result<void>{};
    };
    const auto done = co_await exclusively(std::move(work));
    if (!done) log::error("store: old readings stay: {}", done.error().text);
}

std::vector<Sample> Measurements::take_late() {
    late_wanted_ = true;
    return std::exchange(late_, {});
}

}  // namespace frugald
