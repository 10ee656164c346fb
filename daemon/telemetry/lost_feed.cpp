#include "daemon/telemetry/lost_feed.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald {

namespace {

constexpr std::size_t now_looks = 12;      // 1 min
constexpr std::size_t before_begins = 36;  // 3 min ago
constexpr std::size_t before_looks = 12;
constexpr double least_load_watts = 100;

std::optional<double> mean(const Ledger& ledger, const std::string& source, std::size_t back,
                           std::size_t looks) {
    const auto trail = ledger.trails().find(source);
    if (trail == ledger.trails().end()) return std::nullopt;
    const auto& watts = trail->second.watts;
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = back; i < back + looks && i < watts.size(); ++i)
        if (const auto& value = watts[watts.size() - 1 - i]) {
            sum += *value;
            ++count;
        }
    if (count * 2 < looks) return std::nullopt;
    return sum / static_cast<double>(count);
}

}  // namespace

void LostFeeds::look(const PowerTree& feeds, const Ledger& ledger, WallTime at) {
    std::erase_if(load_before_, [&](const auto& entry) {
        const auto feed = std::ranges::find(feeds, entry.first, &PowerFeed::name);
        const auto now = feed == feeds.end()
                             ? std::optional{entry.second}
                             : mean(ledger, meter_source(feed->meter), 0, now_looks);
        const bool back = now && *now > 0.2 * entry.second;
        if (back) lost_.erase(entry.first);
        return back;
    });
    for (const auto& feed : feeds) {
        const auto other = std::ranges::find(feeds, feed.redundant_with, &PowerFeed::name);
        if (feed.redundant_with.empty() || other == feeds.end() || lost_.contains(feed.name))
            continue;
        const auto source = meter_source(feed.meter), theirs = meter_source(other->meter);
        const auto before = mean(ledger, source, before_begins, before_looks);
        const auto other_before = mean(ledger, theirs, before_begins, before_looks);
        const auto now = mean(ledger, source, 0, now_looks);
        const auto other_now = mean(ledger, theirs, 0, now_looks);
        if (!before || !other_before || !other_now || *before < least_load_watts) continue;
        if (now.value_or(0) > 0.05 * *before || *other_now - *other_before < 0.5 * *before)
            continue;
        load_before_[feed.name] = *before;
        lost_[feed.name] = {
            source, "lost feed",
            fmt::format("feed {} has lost its load: {} went from {:.0f} W to {}, {} of feed {} "
                        "from {:.0f} W to {:.0f} W",
                        feed.name, source, *before, now ? fmt::format("{:.0f} W", *now) : "silence",
                        theirs, other->name, *other_before, *other_now),
            at};
    }
}

}  // namespace frugald
