#include "daemon/store/samples/intake.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

#include "daemon/store/codec/column.h"

namespace frugald::samples {

namespace {

constexpr std::int64_t most_offset_ms = 20 * day_ms;  // a round has 31 bits for it

SensorSet united(const SensorSet& one, const SensorSet& other) {
    SensorSet all;
    std::ranges::set_union(one, other, std::back_inserter(all));
    return all;
}

}  // namespace

/// Whether it is of the same poll as the one before, which is usual.
bool Intake::belongs(const Sample& reading) const {
    return last_ != nullptr && reading.at == last_->at && reading.kind == last_->kind &&
           reading.device == last_->device && reading.source == last_->source;
}

/// The set that a poll begins with: the last one, without what had no value in the last chunk.
std::uint32_t Intake::set_for(std::uint32_t stream, std::int64_t at_ms) {
    const std::uint32_t set = chunks_.set_of(stream);
    if (set == 0 || !chunks_.begins(stream, at_ms)) return set;
    SensorSet kept;
    const SensorSet& all = catalogue_.sets()[set];
    for (std::size_t i = 0; i < all.size(); ++i)
        if (chunks_.seen(stream, i)) kept.push_back(all[i]);
    return kept.size() == all.size() ? set : catalogue_.set_of(kept);
}

void Intake::begin_poll(std::uint32_t stream, std::int64_t at_ms) {
    Poll poll{.stream = stream, .at_ms = at_ms, .first = values_.size()};
    auto& newest = newest_[stream];
    if (newest.call == call_) {
        poll.wave = polls_[newest.poll].wave + 1;
        poll.set = polls_[newest.poll].set;
    } else {
        poll.set = set_for(stream, at_ms);
    }
    newest.call = call_;
    newest.poll = polls_.size();
    poll_ = polls_.size();
    next_ = 0;
    values_.resize(values_.size() + catalogue_.sets()[poll.set].size());
    polls_.push_back(poll);
}

/// Polls mostly come in the same order as in the last call: that saves looking a name up.
std::uint32_t Intake::stream_of(const Sample& reading) {
    const std::uint32_t before = last_ == nullptr ? 0 : polls_[poll_].stream;
    const std::uint32_t guess = before < newest_.size() ? newest_[before].follower : 0;
    if (guess != 0 && guess < catalogue_.streams().size()) {
        const auto& info = catalogue_.streams()[guess];
        if (info.kind == reading.kind && info.device == reading.device &&
            info.source == reading.source)
            return guess;
    }
    const auto stream = catalogue_.stream_of(reading.kind, reading.device, reading.source);
    if (newest_.size() <= std::max(stream, before)) newest_.resize(std::max(stream, before) + 1);
    newest_[before].follower = stream;
    return stream;
}

/// Makes the reading's poll the current one; false if there is no id for its stream.
bool Intake::turn_to(const Sample& reading, std::int64_t at_ms) {
    const auto stream = stream_of(reading);
    if (stream == 0) return false;
    const auto& newest = newest_[stream];
    if (newest.call == call_ && polls_[newest.poll].at_ms == at_ms) {
        poll_ = newest.poll;
        next_ = 0;
    } else {
        begin_poll(stream, at_ms);
    }
    return true;
}

/// False if the poll has a value of this sensor already.
bool Intake::place(const Sample& reading, std::int64_t raw) {
    const Poll& poll = polls_[poll_];
    const SensorSet& set = catalogue_.sets()[poll.set];
    const auto same = [&](const SensorInfo& sensor) {
        return sensor.quantity == reading.quantity && sensor.part == reading.part &&
               sensor.part_name == reading.part_name &&
               sensor.scale == codec::default_scale(reading.quantity);
    };
    std::size_t at = next_;
    if (at >= set.size() || !same(catalogue_.sensors()[set[at]])) {
        const auto sensor = catalogue_.sensor_of(reading.quantity, reading.part, reading.part_name);
        at = static_cast<std::size_t>(std::ranges::lower_bound(set, sensor) - set.begin());
        if (at == set.size() || set[at] != sensor) {
            if (!extra_places_.insert(std::uint64_t{poll_} << 32 | sensor).second) return false;
            extras_.push_back({poll_, sensor, raw});
            return true;
        }
    }
    auto& value = values_[poll.first + at];
    if (value) return false;
    value = raw;
    next_ = at + 1;
    return true;
}

void Intake::sort(std::int64_t now_ms, std::span<const Sample> readings) {
    ++call_;
    polls_.clear();
    values_.clear();
    extras_.clear();
    extra_places_.clear();
    last_ = nullptr;
    for (const auto& reading : readings) {
        const auto at_ms = to_unix_ms(reading.at);
        const auto raw = codec::default_scale(reading.quantity).quantise(reading.value);
        if (!raw || at_ms < now_ms - most_offset_ms || at_ms > now_ms + most_offset_ms) continue;
        if (!belongs(reading) && !turn_to(reading, at_ms)) continue;
        last_ = &reading;
        if (place(reading, *raw)) continue;
        begin_poll(polls_[poll_].stream, at_ms);
        place(reading, *raw);
    }
    if (!extras_.empty()) add_extras();
    const auto order = [](const Poll& poll) { return std::tuple{poll.wave, poll.stream}; };
    if (!std::ranges::is_sorted(polls_, {}, order)) std::ranges::sort(polls_, {}, order);
}

/// Gives the poll a set with these sensors too.
void Intake::widen(Poll& poll, const SensorSet& sensors) {
    const SensorSet before = catalogue_.sets()[poll.set];
    auto all = united(before, sensors);
    if (all.size() == before.size()) return;
    if (all.size() > codec::max_sensors) return;
    const std::size_t first = values_.size();
    values_.resize(first + all.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto at = std::ranges::lower_bound(all, before[i]) - all.begin();
        values_[first + static_cast<std::size_t>(at)] = values_[poll.first + i];
    }
    poll.first = first;
    poll.set = catalogue_.set_of(all);
}

void Intake::add_extras() {
    // A stream's later polls of the same call keep the sensors of the earlier ones.
    std::ranges::stable_sort(extras_, {}, &Extra::poll);
    std::unordered_map<std::uint32_t, std::uint32_t> widened;  // stream -> set
    auto extra = extras_.begin();
    for (std::size_t i = 0; i < polls_.size(); ++i) {
        Poll& poll = polls_[i];
        SensorSet more;
        const auto first = extra;
        for (; extra != extras_.end() && extra->poll == i; ++extra) more.push_back(extra->sensor);
        std::ranges::sort(more);
        if (const auto known = widened.find(poll.stream); known != widened.end())
            more = united(more, catalogue_.sets()[known->second]);
        if (more.empty()) continue;
        widen(poll, more);
        widened[poll.stream] = poll.set;
        const SensorSet& set = catalogue_.sets()[poll.set];
        for (auto one = first; one != extra; ++one) {
            const auto at = std::ranges::lower_bound(set, one->sensor);
            if (at == set.end() || *at != one->sensor) continue;
            values_[poll.first + static_cast<std::size_t>(at - set.begin())] = one->raw;
        }
    }
}

}  // namespace frugald::samples
