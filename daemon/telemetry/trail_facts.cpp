#include "daemon/telemetry/trail_facts.h"

#include <algorithm>
#include <cmath>

namespace frugald {

namespace {

constexpr std::size_t looks_to_be_stuck = 24;  // 2 min
/// In a larger sum one node's part is lost in the noise of the others.
constexpr std::size_t most_parts = 100;

bool is_whole(const std::string& source, const Balance& one) {
    return std::ranges::find(one.whole, source) != one.whole.end();
}

}  // namespace

const TrailFacts::Trail* TrailFacts::trail(const std::string& source) const {
    const auto found = ledger_.trails().find(source);
    return found == ledger_.trails().end() ? nullptr : &found->second.watts;
}

std::optional<double> TrailFacts::at(const std::string& source, std::size_t back) const {
    const auto* watts = trail(source);
    if (watts == nullptr || back >= watts->size()) return std::nullopt;
    return (*watts)[watts->size() - 1 - back];
}

std::optional<double> TrailFacts::mean(const std::string& source, std::size_t looks) const {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t back = 0; back < looks; ++back)
        if (const auto value = at(source, back)) {
            sum += *value;
            ++count;
        }
    if (count * 2 < looks) return std::nullopt;
    return sum / static_cast<double>(count);
}

double TrailFacts::read(const std::string& source, const Balance& one) const {
    const auto mean_of_window = mean(source, Ledger::looks_per_window);
    return mean_of_window.value_or(is_whole(source, one) ? one.whole_watts : 0);
}

double TrailFacts::implied(const std::string& source, const Balance& one) const {
    const double now = read(source, one);
    if (!is_whole(source, one)) return now + one.unusual();
    return now + one.parts_watts / (1 - one.usual.value_or(0)) - one.whole_watts;
}

std::optional<double> TrailFacts::implied_at(const std::string& source, const Balance& one,
                                             std::size_t back) const {
    double whole = 0, parts = 0;
    for (const auto& [side, sum] : {std::pair{&one.whole, &whole}, std::pair{&one.parts, &parts}})
        for (const auto& name : *side) {
            if (name == source) continue;
            const auto value = at(name, back);
            if (!value) return std::nullopt;
            *sum += *value;
        }
    return is_whole(source, one) ? parts - whole : whole - parts;
}

std::optional<TrailFacts::Range> TrailFacts::moved_meanwhile(const std::string& source,
                                                             const Balance& one) const {
    const auto* watts = trail(source);
    if (watts == nullptr) return std::nullopt;
    const auto now = at(source, 0);
    std::size_t same = 0;
    while (now && same < watts->size() && at(source, same) == now) ++same;
    const bool one_of_many = !is_whole(source, one) && one.parts.size() > most_parts;
    if (same < looks_to_be_stuck || one_of_many) return std::nullopt;
    std::optional<Range> range;
    for (std::size_t back = 0; back < same; ++back)
        if (const auto value = implied_at(source, one, back)) {
            if (!range) range = Range{*value, *value};
            range->low = std::min(range->low, *value);
            range->high = std::max(range->high, *value);
        }
    if (!range) return std::nullopt;
    const double least = std::max(50.0, 0.05 * std::abs(range->high));
    return range->high - range->low > least ? range : std::nullopt;
}

}  // namespace frugald
