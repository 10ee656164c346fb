#include "daemon/ledger/power_piece.h"

#include <algorithm>

namespace frugald {

namespace {

Seconds seconds(std::int64_t ms) { return std::chrono::milliseconds{ms}; }

}  // namespace

PowerPiece PowerPiece::cut(std::int64_t from, std::int64_t to) const {
    PowerPiece part = *this;
    part.from_ms = from;
    part.to_ms = to;
    if (first == last) return part;
    part.first = at(from);
    part.last = at(to);
    part.least = std::min(part.first, part.last);
    part.most = std::max(part.first, part.last);
    return part;
}

void fill_holes(PowerPieces& pieces, const PowerPieces& more, std::int64_t from, std::int64_t to) {
    PowerPieces all;
    all.reserve(pieces.size());
    auto next = more.begin();
    const auto fill = [&](std::int64_t begin, std::int64_t end) {
        while (next != more.end() && next->to_ms <= begin) ++next;
        for (; next != more.end() && next->from_ms < end; ++next) {
            const auto first = std::max(begin, next->from_ms), last = std::min(end, next->to_ms);
            if (first < last) all.push_back(next->cut(first, last));
            if (next->to_ms > end) break;  // the rest may fill the next hole
        }
    };
    std::int64_t known_to = from;
    for (const auto& piece : pieces) {
        if (piece.from_ms > known_to) fill(known_to, std::min(piece.from_ms, to));
        all.push_back(piece);
        known_to = piece.to_ms;
    }
    if (known_to < to) fill(known_to, to);
    pieces = std::move(all);
}

std::int64_t covered_ms(const PowerPieces& pieces, std::int64_t from, std::int64_t to) {
    std::int64_t sum = 0;
    for (const auto& piece : pieces)
        sum += std::max<std::int64_t>(std::min(piece.to_ms, to) - std::max(piece.from_ms, from), 0);
    return sum;
}

void SpanTally::note_gap(std::int64_t from_ms, std::int64_t to_ms, EnergyFigure& figure) const {
    if (from_ms >= to_ms) return;
    ++figure.gaps;
    figure.longest_gap = std::max(figure.longest_gap, seconds(to_ms - from_ms));
}

void SpanTally::add(const PowerPiece& piece) {
    const auto from = std::max(piece.from_ms, known_to_ms_);
    const auto to = std::min(piece.to_ms, span_.to_ms);
    if (from >= to) return;
    const auto part = piece.cut(from, to);
    note_gap(known_to_ms_, from, gaps_);
    least_ = covered_ms_ > 0 ? std::min(least_, part.least) : part.least;
    most_ = covered_ms_ > 0 ? std::max(most_, part.most) : part.most;
    joules_ += (part.first + part.last) / 2 * static_cast<double>(to - from) / 1000;
    covered_ms_ += to - from;
    known_to_ms_ = to;
}

EnergyFigure SpanTally::figure() const {
    EnergyFigure figure = gaps_;
    note_gap(known_to_ms_, span_.to_ms, figure);
    figure.length = seconds(std::max<std::int64_t>(span_.to_ms - span_.from_ms, 0));
    figure.covered = seconds(covered_ms_);
    if (covered_ms_ == 0) return figure;
    figure.energy = Joules{joules_};
    figure.mean = Watts{joules_ / figure.covered.count()};
    figure.least = Watts{least_};
    figure.most = Watts{most_};
    return figure;
}

}  // namespace frugald
