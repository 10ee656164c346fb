#include "daemon/ledger/node_energy.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace frugald {

namespace {

/// A counter that moves in larger steps than this part of what it gained says less than the watts.
constexpr double coarsest_counter = 0.005;
/// What a counter may lack of the watts' cover, or of a cell: it is read less often.
constexpr double counter_cover = 0.98;

bool is_suspect(std::string_view source) { return source.ends_with(" suspect"); }

/// All that it gained are multiples of its step.
template <class Readings>
bool is_fine(const Readings& readings) {
    double gain = 0;
    long long step = 0;
    for (std::size_t i = 1; i < readings.size(); ++i) {
        const double more = readings[i].value - readings[i - 1].value;
        if (more <= 0) continue;
        gain += more;
        step = std::gcd(step, std::llround(more));
    }
    return gain > 0 && static_cast<double>(step) <= coarsest_counter * gain;
}

}  // namespace

std::size_t NodeEnergy::want(EnergySpan span) {
    spans_.emplace_back(span);
    return spans_.size() - 1;
}

std::int64_t NodeEnergy::first_ms() const {
    auto first = std::numeric_limits<std::int64_t>::max();
    for (const auto& one : spans_) first = std::min(first, one.span().from_ms);
    return first;
}

std::int64_t NodeEnergy::last_ms() const {
    auto last = std::numeric_limits<std::int64_t>::min();
    for (const auto& one : spans_) last = std::max(last, one.span().to_ms);
    return last;
}

NodeEnergy::Source* NodeEnergy::source_of(const SeriesName& name) {
    const bool counter = name.quantity == Quantity::energy_joules;
    if (name.part != Part::total || (name.quantity != Quantity::power_watts && !counter) ||
        is_suspect(name.source))
        return nullptr;
    return &sources_[{std::string{name.source}, counter}];
}

void NodeEnergy::take(const SeriesSamples& series) {
    auto* const source = source_of(series.series);
    if (source == nullptr) return;
    const auto first = first_ms() - longest_reading_interval_ms;
    const auto last = last_ms() + longest_reading_interval_ms;
    for (std::size_t i = 0; i < series.at_ms.size(); ++i)
        if (series.at_ms[i] >= first && series.at_ms[i] <= last)
            source->readings.push_back({series.at_ms[i], series.values[i]});
}

NodeEnergy::CellSum& NodeEnergy::cell_of(std::vector<CellSum>& cells, std::int64_t begin_ms) {
    if (!cells.empty() && cells.back().begin_ms == begin_ms) return cells.back();
    const auto found = std::ranges::lower_bound(cells, begin_ms, {}, &CellSum::begin_ms);
    if (found != cells.end() && found->begin_ms == begin_ms) return *found;
    return *cells.insert(found, CellSum{.begin_ms = begin_ms});
}

void NodeEnergy::take(const SeriesCells& series) {
    auto* const source = source_of(series.series);
    if (source == nullptr) return;
    period_ms_ = series.period_ms;
    for (const auto& cell : series.cells) {
        if (cell.begin_ms < settled_ms_) continue;
        auto& sum = cell_of(source->cells, cell.begin_ms);
        sum.covered_ms += cell.covered_ms;
        sum.joules += cell.joules;
        if (cell.samples == 0) continue;
        sum.least = sum.sampled ? std::min(sum.least, cell.min) : cell.min;
        sum.most = sum.sampled ? std::max(sum.most, cell.max) : cell.max;
        sum.sampled = true;
    }
}

/// Makes pieces of readings in order of time; where the clock was set back they are mixed.
PowerPieces NodeEnergy::pieces_of(std::vector<Reading>& readings, bool counter) const {
    std::ranges::stable_sort(readings, {}, &Reading::at_ms);
    PowerPieces pieces;
    for (std::size_t i = 1; i < readings.size(); ++i) {
        const auto& [from, before] = readings[i - 1];
        const auto& [to, after] = readings[i];
        if (from == to || to - from > longest_reading_interval_ms) continue;
        if (counter && after < before) continue;  // it began anew
        double first = before * factor_, last = after * factor_;
        if (counter) first = last = (last - first) * 1000 / static_cast<double>(to - from);
        pieces.push_back({from, to, first, last, std::min(first, last), std::max(first, last)});
    }
    return pieces;
}

/// Where in its cell the covered time lies is not known: at its begin, so that what is measured
/// now ends now.
PowerPieces NodeEnergy::take_cells(Source& source, std::int64_t before_ms, bool counter) const {
    PowerPieces pieces;
    auto cell = source.cells.begin();
    for (; cell != source.cells.end() && cell->begin_ms < before_ms; ++cell) {
        const auto covered = std::min(cell->covered_ms, period_ms_);
        // What a counter gained over a gap is in the cell that ends it.
        const bool whole =
            static_cast<double>(covered) >= counter_cover * static_cast<double>(period_ms_);
        if (covered <= 0 || (counter && !whole)) continue;
        const double mean = cell->joules * factor_ * 1000 / static_cast<double>(covered);
        const bool known = cell->sampled && !counter;
        pieces.push_back({cell->begin_ms, cell->begin_ms + covered, mean, mean,
                          known ? cell->least * factor_ : mean,
                          known ? cell->most * factor_ : mean});
    }
    source.cells.erase(source.cells.begin(), cell);
    return pieces;
}

/// The best first, the others where it knows nothing.
void NodeEnergy::count(std::vector<Candidate> candidates) {
    const auto from = first_ms(), to = last_ms();
    for (auto& one : candidates)
        one.weight *= static_cast<double>(covered_ms(one.pieces, from, to));
    std::ranges::stable_sort(candidates, std::greater{}, &Candidate::weight);
    PowerPieces pieces;
    for (const auto& one : candidates) {
        const auto before = covered_ms(pieces, from, to);
        fill_holes(pieces, one.pieces, from, to);
        const bool used = covered_ms(pieces, from, to) > before;
        if (used && std::ranges::find(used_, *one.source) == used_.end())
            used_.push_back(*one.source);
    }
    for (const auto& piece : pieces)
        for (auto& span : spans_) span.add(piece);
}

void NodeEnergy::settle_cells(std::int64_t before_ms) {
    if (before_ms <= settled_ms_) return;
    settled_ms_ = before_ms;
    std::vector<Candidate> candidates;
    for (auto& [key, source] : sources_) {
        // A cell does not tell in which steps a counter moves: watts first.
        const double weight = key.second ? 0 : 1;
        auto pieces = take_cells(source, before_ms, key.second);
        candidates.push_back({&key.first, std::move(pieces), weight});
    }
    count(std::move(candidates));
}

void NodeEnergy::finish() {
    settle_cells(std::numeric_limits<std::int64_t>::max());
    std::vector<Candidate> candidates;
    for (auto& [key, source] : sources_) {
        if (key.second && !is_fine(source.readings)) continue;
        auto pieces = pieces_of(source.readings, key.second);
        // A counter that knows as much as the watts is better than they are.
        const double weight = key.second ? 1 / counter_cover : 1;
        candidates.push_back({&key.first, std::move(pieces), weight});
    }
    count(std::move(candidates));
    sources_.clear();
}

}  // namespace frugald
