#include "daemon/ledger/books.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace frugald {

namespace {

constexpr std::string_view day_prefix = "day/", month_prefix = "month/";
constexpr const char* until_key = "until";

bool is_day(const std::string& name) { return name.size() == 10; }

PueFigure figure_of(const Period& period, const PueTally& tally, WallTime now) {
    const WallTime to = std::min(now, period.end);
    PueFigure figure = tally.figure(to - period.begin);
    figure.period = period.name;
    figure.from = period.begin;
    figure.to = to;
    return figure;
}

template <class Map>
PueTally tally_in(const Map& tallies, const std::string& name) {
    const auto found = tallies.find(name);
    return found == tallies.end() ? PueTally{} : found->second;
}

}  // namespace

bool Books::load(const std::string& key, const std::string& value) {
    if (key == until_key) {
        std::int64_t ms = 0;
        const char* const end = value.data() + value.size();
        const bool read = std::from_chars(value.data(), end, ms).ptr == end && !value.empty();
        if (read) covered_until_ = from_unix_ms(ms);
        return read;
    }
    const bool day = key.starts_with(day_prefix);
    if (!day && !key.starts_with(month_prefix)) return false;
    const std::string name = key.substr(day ? day_prefix.size() : month_prefix.size());
    const auto tally = PueTally::parse(value);
    if (!tally || !period_named(name) || is_day(name) != day) return false;
    (day ? days_ : months_)[name] = *tally;
    return true;
}

void Books::turn_to(WallTime at) {
    if (!day_.contains(at)) day_ = day_at(at);
    if (!month_.contains(at)) month_ = month_at(at);
}

void Books::note_gap(const Period& day, const Period& month, WallTime from, WallTime to) {
    const auto note = [&](PueTally& tally, const Period& period) {
        const Seconds gap = std::min(to, period.end) - std::max(from, period.begin);
        tally.longest_gap_s = std::max(tally.longest_gap_s, gap.count());
    };
    note(days_[day.name], day);
    note(months_[month.name], month);
    changed_.insert({day.name, month.name});
}

/// The time between what was covered last and now, in the day that it began in and in this one.
void Books::note_gap(WallTime from) {
    const WallTime since = covered_until_.value_or(month_.begin);
    if (since >= from) return;
    if (covered_until_ && !day_.contains(since))
        note_gap(day_at(since), month_at(since), since, from);
    note_gap(day_, month_, since, from);
}

void Books::count(WallTime from, WallTime to, const PueTally& tally) {
    const Seconds length = to - from;
    while (from < to) {
        turn_to(from);
        const WallTime end = std::min(to, day_.end);
        note_gap(from);
        const PueTally part = tally.scaled(Seconds{end - from} / length);
        days_[day_.name] += part;
        months_[month_.name] += part;
        changed_.insert({day_.name, month_.name});
        if (day_.name != past_.first) past_.first.clear();  // it may be one that is over
        covered_until_ = from = end;
    }
}

void Books::count_reset(WallTime at) {
    turn_to(at);
    for (PueTally* const tally : {&days_[day_.name], &months_[month_.name]})
        ++tally->counter_resets;
    changed_.insert({day_.name, month_.name});
}

PueTally Books::year_tally(const std::string& year) const {
    PueTally sum;
    for (const auto& [name, tally] : months_)
        if (name.starts_with(year)) sum += tally;
    return sum;
}

PueFigure Books::day(WallTime now) const {
    const Period period = day_at(now);
    return figure_of(period, tally_in(days_, period.name), now);
}

PueFigure Books::month(WallTime now) const {
    const Period period = month_at(now);
    return figure_of(period, tally_in(months_, period.name), now);
}

PueFigure Books::year(WallTime now) const {
    const Period period = year_at(now);
    return figure_of(period, year_tally(period.name), now);
}

std::shared_ptr<const std::vector<PueFigure>> Books::past(WallTime now) const {
    const Period today = day_at(now);
    if (past_.first == today.name) return past_.second;
    auto all = std::make_shared<std::vector<PueFigure>>();
    std::set<std::string> years;
    const auto add = [&](const std::string& name, const PueTally& tally) {
        const auto period = period_named(name);
        if (period && period->end <= now) all->push_back(figure_of(*period, tally, now));
    };
    for (const auto& [name, tally] : days_) add(name, tally);
    for (const auto& [name, tally] : months_) {
        add(name, tally);
        years.insert(name.substr(0, 4));
    }
    for (const auto& name : years) add(name, year_tally(name));
    past_ = {today.name, std::move(all)};
    return past_.second;
}

std::vector<LedgerEntry> Books::take_changes() {
    std::vector<LedgerEntry> entries;
    if (changed_.empty()) return entries;
    for (const auto& name : changed_) {
        const bool day = is_day(name);
        entries.push_back({std::string{day ? day_prefix : month_prefix} + name,
                           (day ? days_ : months_).at(name).text()});
    }
    changed_.clear();
    if (covered_until_)
        entries.push_back({until_key, fmt::format("{}", to_unix_ms(*covered_until_))});
    while (days_.size() > most_days) {
        entries.push_back({std::string{day_prefix} + days_.begin()->first, std::nullopt});
        days_.erase(days_.begin());
    }
    return entries;
}

}  // namespace frugald
