#include "daemon/store/samples/track.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "daemon/store/codec/little_endian.h"
#include "daemon/store/samples/period.h"

namespace frugald::samples {

namespace {

std::int64_t rounded(double value) {
    constexpr double limit = 9.2e18;
    return std::llround(std::clamp(value, -limit, limit));
}

}  // namespace

Cell Track::current() const {
    return {.begin_ms = begin_ms_,
            .samples = samples_,
            .covered_ms = covered_ms_,
            .integral = rounded(is_power_ ? integral_ / 1000 : integral_),
            .resets = resets_,
            .min = min_,
            .mean = samples_ > 0 ? rounded(sum_ / static_cast<double>(samples_)) : 0,
            .max = max_};
}

void Track::turn_to(std::int64_t begin_ms, std::vector<Cell>& done) {
    if (begin_ms == begin_ms_) return;
    close(done);
    begin_ms_ = begin_ms;
}

void Track::close(std::vector<Cell>& done) {
    if (!is_empty()) done.push_back(current());
    samples_ = covered_ms_ = resets_ = 0;
    min_ = max_ = 0;
    integral_ = sum_ = 0;
}

/// A counter's gain is known only while it does not fall.
void Track::count(std::int64_t raw) {
    if (raw < last_raw_)
        ++resets_;
    else
        integral_ += static_cast<double>(static_cast<std::uint64_t>(raw) -
                                         static_cast<std::uint64_t>(last_raw_));
}

/// The time between the last value and this one, piece by piece of the cells it lies in.
void Track::cross(std::int64_t at_ms, std::int64_t raw, Quantity quantity, std::int64_t period_ms,
                  std::vector<Cell>& done) {
    const auto first = static_cast<double>(last_raw_), last = static_cast<double>(raw);
    const auto whole = static_cast<double>(at_ms - last_ms_);
    const bool fallen = quantity == Quantity::energy_joules && raw < last_raw_;
    for (std::int64_t from = last_ms_; from < at_ms;) {
        const std::int64_t cell = floor_div(from, period_ms) * period_ms;
        const std::int64_t to = std::min(at_ms, cell + period_ms);
        turn_to(cell, done);
        const double begin = static_cast<double>(from - last_ms_) / whole;
        const double end = static_cast<double>(to - last_ms_) / whole;
        if (quantity == Quantity::power_watts)
            integral_ +=
                (first + (last - first) * (begin + end) / 2) * static_cast<double>(to - from);
        else if (quantity == Quantity::energy_joules && !fallen)
            integral_ += (last - first) * (end - begin);
        if (!fallen) covered_ms_ += static_cast<std::int32_t>(to - from);
        from = to;
    }
}

void Track::take(std::int64_t at_ms, std::int64_t raw, Quantity quantity, std::int64_t period_ms,
                 std::vector<Cell>& done) {
    is_power_ = quantity == Quantity::power_watts;
    const std::int64_t interval = at_ms - last_ms_;
    const bool known = has_last_ && interval > 0 && interval <= longest_interval_ms;
    const bool inside = at_ms >= begin_ms_ && at_ms < begin_ms_ + period_ms;
    if (known && inside && last_ms_ >= begin_ms_) {  // as usual
        if (is_power_)
            integral_ += (static_cast<double>(last_raw_) + static_cast<double>(raw)) / 2 *
                         static_cast<double>(interval);
        else if (quantity == Quantity::energy_joules)
            count(raw);
        if (quantity != Quantity::energy_joules || raw >= last_raw_)
            covered_ms_ += static_cast<std::int32_t>(interval);
    } else {
        if (known) cross(at_ms, raw, quantity, period_ms, done);
        turn_to(floor_div(at_ms, period_ms) * period_ms, done);
        const bool counter = quantity == Quantity::energy_joules && has_last_;
        if (counter && (!known || raw < last_raw_)) count(raw);
    }
    min_ = samples_ > 0 ? std::min(min_, raw) : raw;
    max_ = samples_ > 0 ? std::max(max_, raw) : raw;
    sum_ += static_cast<double>(raw);
    ++samples_;
    has_last_ = true;
    last_ms_ = at_ms;
    last_raw_ = raw;
}

void Track::write(std::vector<std::uint8_t>& out) const {
    const auto put = [&out](std::uint64_t number) {
        std::uint8_t bytes[codec::max_varint];
        out.insert(out.end(), bytes, codec::put_varint(bytes, number));
    };
    put(sensor_);
    put(unsigned{has_last_} | unsigned{is_power_} << 1);
    put(codec::zigzag(begin_ms_));
    for (const std::int64_t number :
         {last_ms_ - begin_ms_, last_raw_, min_, max_, std::int64_t{samples_},
          std::int64_t{covered_ms_}, std::int64_t{resets_}})
        put(codec::zigzag(number));
    for (const double number : {integral_, sum_}) {
        out.resize(out.size() + 8);
        codec::store_le64(out.data() + out.size() - 8, std::bit_cast<std::uint64_t>(number));
    }
}

bool Track::read(codec::Cursor& in, Track& track) {
    std::uint64_t sensor, flags, number;
    if (!in.take_varint(sensor) || !in.take_varint(flags) || !in.take_varint(number)) return false;
    track = Track{static_cast<std::uint32_t>(sensor)};
    track.has_last_ = flags & 1;
    track.is_power_ = flags & 2;
    track.begin_ms_ = codec::unzigzag(number);
    for (auto* field : {&track.last_ms_, &track.last_raw_, &track.min_, &track.max_}) {
        if (!in.take_varint(number)) return false;
        *field = codec::unzigzag(number);
    }
    for (auto* field : {&track.samples_, &track.covered_ms_, &track.resets_}) {
        if (!in.take_varint(number)) return false;
        *field = static_cast<std::int32_t>(codec::unzigzag(number));
    }
    // Beyond these the sums of `take` would not fit.
    constexpr std::int64_t farthest_ms = std::int64_t{1} << 50;
    constexpr std::int32_t most = 1 << 30;
    const auto near = [](std::int64_t value) {
        return value >= -farthest_ms && value <= farthest_ms;
    };
    if (!near(track.begin_ms_) || !near(track.last_ms_)) return false;
    for (const auto count : {track.samples_, track.covered_ms_, track.resets_})
        if (count < 0 || count > most) return false;
    track.last_ms_ += track.begin_ms_;
    for (auto* field : {&track.integral_, &track.sum_}) {
        std::span<const std::uint8_t> bytes;
        if (!in.take(8, bytes)) return false;
        *field = std::bit_cast<double>(codec::load_le64(bytes.data()));
        if (!std::isfinite(*field)) return false;
    }
    return true;
}

}  // namespace frugald::samples
