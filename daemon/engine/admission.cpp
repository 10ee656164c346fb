#include "daemon/engine/admission.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace frugald {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds between_turns{100};
constexpr std::size_t most_boots = 1000;
/// What Slurm's ResumeTimeout has to leave after the wait and the boot (safety.md, the hook).
constexpr std::chrono::seconds reserve{30};

}  // namespace

Admission::Admission(Tasks& tasks, const Config& config, const Fleet& fleet)
    : tasks_(tasks), config_(config), fleet_(fleet) {
    configured();
}

void Admission::configured() {
    levels_.clear();
    places_.clear();
    for (const auto& [node, model] : config_.models) places_[node].model = model;
    for (const auto& feed : config_.feeds) {
        for (const auto& node : feed.nodes) places_[node].levels.push_back(levels_.size());
        levels_.push_back({feed, {}});
    }
}

const Admission::Place& Admission::place(const std::string& node) const {
    static const Place nowhere;
    const auto found = places_.find(node);
    return found == places_.end() ? nowhere : found->second;
}

bool Admission::starting(const std::string& node, SteadyTime now) const {
    const auto found = starting_.find(node);
    return found != starting_.end() && now - found->second < place(node).model.boots_for;
}

/// What a node is counted at: its boot peak, its reading, or, when it is not known, its most.
Watts Admission::of(const std::string& node, Instant now) const {
    const PowerModel& figures = place(node).model;
    if (starting(node, now.steady)) return std::max(figures.boot, figures.full);
    const auto state = fleet_.state(node, now.wall);
    if (state.chassis == Chassis::off) return figures.off;
    return state.power ? *state.power : figures.full;
}

/// A node counts as known when its chassis state is fresh and, while it is on, its power too.
const Admission::Load& Admission::load(const Level& level, Instant now) const {
    if (level.load && now.steady - level.load->at < between_turns) return *level.load;
    Load sum{{}, {}, 0, now.steady};
    for (const auto& node : level.feed.nodes) {
        const Watts watts = of(node, now);
        sum.expected += watts;
        if (!starting(node, now.steady)) sum.running += watts;
        const auto state = fleet_.state(node, now.wall);
        sum.known += state.chassis == Chassis::off || (state.chassis == Chassis::on && state.power);
    }
    if (const auto more = besides_.find(level.feed.name); more != besides_.end()) {
        sum.expected += more->second;
        sum.running += more->second;
    }
    level.load = sum;
    return *level.load;
}

std::vector<GuardedFeed> Admission::feeds(const std::string& node, ActionKind kind,
                                          Instant now) const {
    std::vector<GuardedFeed> all;
    const bool starts = kind == ActionKind::power_on || kind == ActionKind::wake;
    if (!starts && kind != ActionKind::release_cap) return all;
    const auto& [figures, levels] = place(node);
    const Watts own = starts ? std::max(figures.boot, figures.full) : figures.full;
    for (const auto at : levels) {
        const auto& feed = levels_[at].feed;
        const auto limit = feed.limit();
        if (!limit) continue;
        const Load& now_there = load(levels_[at], now);
        all.push_back({feed.name, now_there.expected - of(node, now) + own, *limit,
                       static_cast<unsigned>(100 * now_there.known / feed.nodes.size())});
    }
    return all;
}

bool Admission::bearable(const std::string& node, Instant now) const {
    for (const auto at : place(node).levels)
        if (now.steady < levels_[at].next_start) return false;
    return std::ranges::all_of(feeds(node, ActionKind::power_on, now),
                               [](const auto& feed) { return feed.expected <= feed.limit; });
}

void Admission::start(const std::string& node, Instant now) {
    const Watts before = of(node, now);
    const bool again = starting(node, now.steady);
    starting_[node] = now.steady;
    const auto& levels = place(node).levels;
    for (const auto at : levels)
        if (auto& load = levels_[at].load) {
            load->expected += of(node, now) - before;
            if (!again) load->running += Watts{} - before;
        }
    // Up to half as long again, so that nodes of one rack do not start in step.
    jitter_ = jitter_ * 1103515245u + 12345u;
    for (const auto at : levels) {
        const auto interval = levels_[at].feed.start_interval;
        const auto extra = interval * ((jitter_ >> 16) % 50) / 100;
        levels_[at].next_start = now.steady + interval + extra;
    }
}

/// The position in the line, the nodes that fit at once and the usual boot give the wait.
void Admission::warn_if_too_late(const Waiting& waiting, Instant now) {
    const auto rate = starts_per_minute(now);
    if (!rate || !waiting.wish->too_late) return;
    const auto ahead = std::ranges::count_if(
        line_, [&](const Waiting& other) { return &other != &waiting && !other.granted; });
    const std::chrono::duration<double> wait{60.0 * static_cast<double>(ahead) /
                                             std::max(*rate, 0.001)};
    const auto boot = usual_boot().value_or(
        config_.models.empty() ? milliseconds{0} : config_.models.begin()->second.boots_for);
    const auto left = waiting.wish->deadline.steady - now.steady;
    if (wait + boot + reserve <= left) return;
    waiting.wish->too_late(fmt::format(
        "{} nodes wait for power before {}, about {:.0f} s at {:.1f} starts a minute; with {} s to "
        "boot that is longer than the {:.0f} s that Slurm still waits: lower ResumeRate to {:.0f} "
        "or raise ResumeTimeout",
        ahead, waiting.wish->node, wait.count(), *rate,
        std::chrono::floor<std::chrono::seconds>(boot).count(),
        std::chrono::duration<double>{left}.count(), std::floor(*rate)));
}

void Admission::serve(Instant now) {
    for (auto& waiting : line_) {
        if (waiting.granted || !waiting.wish->still_wanted()) continue;
        if (!bearable(waiting.wish->node, now)) continue;
        waiting.granted = true;
        start(waiting.wish->node, now);
    }
}

asio::awaitable<bool> Admission::turn(Wish wish) {
    Instant now = Instant::now();
    if (line_.empty() && bearable(wish.node, now)) {
        start(wish.node, now);
        co_return true;
    }
    const auto behind = std::ranges::find_if(
        line_, [&](const Waiting& other) { return wish.for_job && !other.wish->for_job; });
    const auto mine = line_.insert(behind, Waiting{&wish});
    warn_if_too_late(*mine, now);
    while (!mine->granted && wish.still_wanted()) {
        // The first in line looks for all.
        if (mine == line_.begin()) serve(Instant::now());
        if (!mine->granted) co_await tasks_.nap(between_turns);
    }
    const bool granted = mine->granted;
    line_.erase(mine);
    co_return granted;
}

void Admission::booted_in(std::chrono::milliseconds time) {
    if (boots_.size() == most_boots) boots_.erase(boots_.begin());
    boots_.push_back(time);
}

std::optional<milliseconds> Admission::usual_boot() const {
    if (boots_.empty()) return std::nullopt;
    auto sorted = boots_;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) * 99 / 100);
    std::ranges::nth_element(sorted, at);
    return *at;
}

std::optional<double> Admission::starts_per_minute(Instant now) const {
    std::optional<double> least;
    for (const auto& level : levels_) {
        const auto limit = level.feed.limit();
        if (!limit || level.feed.nodes.empty()) continue;
        const auto model = config_.models.find(level.feed.nodes.front());
        if (model == config_.models.end()) continue;
        const auto peak = std::max(model->second.boot, model->second.full);
        const double room = (*limit - load(level, now).running).value;
        const double at_once = std::max(0.0, std::floor(room / std::max(peak.value, 1.0)));
        const double rate =
            at_once * 60.0 / std::chrono::duration<double>{model->second.boots_for}.count();
        if (!least || rate < *least) least = rate;
    }
    return least;
}

}  // namespace frugald
