#include "daemon/ledger/pue.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace frugald {

namespace {

constexpr const char* counter_prefix = "counter/";
/// The clock was set when it and the steady one differ by more between two pictures.
constexpr std::chrono::seconds clock_step{10};
constexpr double node_accuracy_percent = 5, meter_accuracy_percent = 1;

double accuracy_of(const PueSettings& settings, const std::string& name) {
    const auto found = settings.accuracy_percent.find(name);
    if (found != settings.accuracy_percent.end()) return found->second;
    return name == PueSettings::nodes ? node_accuracy_percent : meter_accuracy_percent;
}

void count_into(PueTally& tally, const Stretch& stretch, PueSide side) {
    double& joules = side == PueSide::facility   ? tally.facility
                     : side == PueSide::subtract ? tally.subtracted
                                                 : tally.it;
    joules += stretch.joules;
    (side == PueSide::it ? tally.it_error : tally.facility_error) += stretch.error_joules;
}

}  // namespace

void Pue::configure(const std::optional<PueSettings>& settings) {
    if (settings == settings_) return;
    auto old = std::exchange(lanes_, {});
    settings_ = settings;
    picture_.reset();
    live_.clear();
    if (!settings_) return;
    const auto add = [&](const std::vector<std::string>& names, PueSide side) {
        for (const auto& name : names) {
            const double accuracy = accuracy_of(*settings_, name);
            const auto known = std::ranges::find(old, name, &PueLane::name);
            lanes_.push_back(known == old.end() ? PueLane{name, side, accuracy}
                                                : std::move(*known));
            lanes_.back().set_side(side, accuracy);
        }
    };
    add(settings_->facility, PueSide::facility);
    add(settings_->subtract, PueSide::subtract);
    add(settings_->it, PueSide::it);
    const WallTime frontier = booked_.frontier();
    booked_ = live_overlap_ = Overlap{lanes_.size()};
    booked_.restart(frontier);
    restore_counters();
}

void Pue::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [key, value] : kept) {
        if (books_.load(key, value) || !key.starts_with(counter_prefix)) continue;
        std::istringstream words{value};
        words.imbue(std::locale::classic());
        std::int64_t ms = 0;
        double joules = 0;
        if (words >> ms >> joules)
            marks_[key.substr(std::string_view{counter_prefix}.size())] = {from_unix_ms(ms),
                                                                           Joules{joules}};
    }
    restore_counters();
}

void Pue::restore_counters() {
    for (PueLane& lane : lanes_)
        if (const auto mark = marks_.find(lane.name()); mark != marks_.end()) {
            if (!lane.counter().last()) lane.counter().restore(mark->second);
            marks_.erase(mark);
        }
}

void Pue::take(const Snapshot& now) {
    if (!settings_) return;
    watch_clock(now.at);
    hear(now);
    count(now.at.wall);
    auto picture = std::make_shared<PuePicture>();
    picture->category = category();
    for (const PueLane& lane : lanes_) picture->sources.push_back(lane.describe());
    picture->live = live(now.at.wall);
    picture->day = books_.day(now.at.wall);
    picture->month = books_.month(now.at.wall);
    picture->year = books_.year(now.at.wall);
    picture->past = books_.past(now.at.wall);
    picture_ = std::move(picture);
}

void Pue::watch_clock(const Instant& now) {
    const auto last = std::exchange(last_, now);
    if (!last) {
        // What the last run has counted up to is not counted again; unless its clock was wrong.
        const auto until = books_.covered_until();
        if (until && *until <= now.wall) booked_.restart(*until);
        return;
    }
    const auto drift = (now.wall - last->wall) - (now.steady - last->steady);
    if (std::chrono::abs(drift) <= clock_step) return;
    for (PueLane& lane : lanes_) lane.interrupt();
    booked_.restart(now.wall);
    live_overlap_.restart(now.wall);
    live_.clear();
}

void Pue::hear(const Snapshot& now) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const auto news = lanes_[i].take(now);
        if (news.booked) booked_.add(i, *news.booked);
        if (news.live) live_overlap_.add(i, *news.live);
        if (news.reset) books_.count_reset(now.at.wall);
    }
}

void Pue::count(WallTime now) {
    WallTime booked_until = now, live_until = now;
    for (const PueLane& lane : lanes_) {
        booked_until = std::min(booked_until, lane.booked_settled(now));
        live_until = std::min(live_until, lane.live_settled(now));
    }
    for (const auto& slice : booked_.take(booked_until))
        books_.count(slice.from, slice.to, tally_of(slice));
    for (const auto& slice : live_overlap_.take(live_until))
        live_.push_back({slice.from, slice.to, tally_of(slice)});
    while (!live_.empty() && live_.front().to <= live_.back().to - settings_->window)
        live_.pop_front();
}

PueTally Pue::tally_of(const Overlap::Slice& slice) const {
    PueTally tally;
    for (std::size_t i = 0; i < lanes_.size(); ++i)
        count_into(tally, slice.lanes[i], lanes_[i].side());
    tally.covered_s = Seconds{slice.to - slice.from}.count();
    return tally;
}

/// Of the window that ends with the last moment in which all sources were measured: slow meters
/// are a minute behind.
PueFigure Pue::live(WallTime now) const {
    const WallTime to = live_.empty() ? now : live_.back().to;
    const WallTime from = to - settings_->window;
    PueTally sum;
    if (now - to <= settings_->window)
        for (const auto& slice : live_) {
            const WallTime begin = std::max(slice.from, from);
            sum += slice.tally.scaled(Seconds{slice.to - begin} / Seconds{slice.to - slice.from});
        }
    PueFigure figure = sum.figure(settings_->window);
    figure.period = "live";
    figure.from = from;
    figure.to = to;
    if (const auto why = missing(); !why.empty() && figure.state != PueState::complete)
        figure.note += "; " + why;
    return figure;
}

std::string Pue::missing() const {
    std::string text;
    for (const PueLane& lane : lanes_)
        if (const auto source = lane.describe(); !source.trouble.empty())
            text += (text.empty() ? "" : "; ") + source.name + ": " + source.trouble;
    return text;
}

/// By the IT source that is measured furthest from the machines.
std::string Pue::category() const {
    if (!settings_->category.empty()) return settings_->category;
    int lowest = 3;
    for (const PueLane& lane : lanes_) {
        if (lane.side() != PueSide::it) continue;
        if (!lane.kind()) return {};
        lowest = std::min(lowest, *lane.kind() == DeviceKind::meter ? 1
                                  : *lane.kind() == DeviceKind::pdu ? 2
                                                                    : 3);
    }
    return fmt::format("PUE{}", lowest);
}

/// Where the counter stood at the end of what is in the books.
std::optional<CounterTrack::Mark> Pue::mark_of(std::size_t lane) const {
    auto mark = lanes_[lane].counter().last();
    if (const auto waiting = booked_.waiting(lane); mark && waiting)
        mark = CounterTrack::Mark{booked_.frontier(), mark->counter - Joules{*waiting}};
    return mark;
}

std::vector<LedgerEntry> Pue::unsaved(SteadyTime now, bool at_once) {
    if (!at_once && saved_ && now - *saved_ < save_interval) return {};
    saved_ = now;
    auto entries = books_.take_changes();
    for (std::size_t i = 0; i < lanes_.size(); ++i)
        if (const auto mark = mark_of(i))
            entries.push_back(
                {counter_prefix + lanes_[i].name(),
                 fmt::format("{} {:.3f}", to_unix_ms(mark->at), mark->counter.value)});
    return entries;
}

}  // namespace frugald
