#include "plugins/remote_write/batcher.h"

#include <snappy.h>

#include <algorithm>
#include <functional>
#include <tuple>

#include "plugins/remote_write/protobuf.h"

namespace frugald::remote_write {

bool Batcher::is_current(const SeriesName& series) const {
    return current_ && current_->kind == series.kind && current_->device == series.device &&
           current_->source == series.source;
}

void Batcher::begin_stream(const SeriesName& series) {
    before_ = std::move(current_);
    if (before_ && before_ == skip_until_) skip_until_.reset();
    current_ = {series.kind, std::string{series.device}, std::string{series.source}};
    complete_ = all_;
    newest_.clear();
}

Batcher::Newest& Batcher::newest_of(const SeriesName& series) {
    const auto name = std::hash<std::string_view>{}(series.part_name);
    const auto kind =
        static_cast<std::size_t>(series.quantity) * 16 + static_cast<std::size_t>(series.part);
    return newest_[name * 31 + kind];
}

void Batcher::take(const SeriesSamples& series) {
    if (!is_current(series.series)) begin_stream(series.series);
    if (skipping() || series.at_ms.empty()) return;
    auto& newest = newest_of(series.series);
    const auto not_later = [](std::int64_t one, std::int64_t next) { return next <= one; };
    const bool tangled = series.at_ms.front() <= newest.at_ms ||
                         std::ranges::adjacent_find(series.at_ms, not_later) != series.at_ms.end();
    if (tangled) return take_tangled(series, newest);
    append(series.series, 0, series.at_ms, series.values);
    newest = {series.at_ms.back(), 0};
}

/// Either parts share a name: each poll brings one value after the other for the same instant. Or
/// the clock was set back.
void Batcher::take_tangled(const SeriesSamples& series, Newest& newest) {
    std::vector<Point> points;
    points.reserve(series.values.size());
    for (std::size_t i = 0; i < series.values.size(); ++i) {
        const auto at_ms = series.at_ms[i];
        newest = {at_ms, at_ms == newest.at_ms ? newest.occurrence + 1 : 0};
        points.push_back({newest.occurrence, at_ms, series.values[i]});
    }
    const auto order = [](const Point& point) { return std::tuple{point.occurrence, point.at_ms}; };
    std::ranges::stable_sort(points, {}, order);
    std::vector<std::int64_t> at_ms;
    std::vector<double> values;
    for (std::size_t i = 0; i < points.size(); ++i) {
        at_ms.push_back(points[i].at_ms);
        values.push_back(points[i].value);
        if (i + 1 < points.size() && points[i + 1].occurrence == points[i].occurrence) continue;
        append(series.series, points[i].occurrence, at_ms, values);
        at_ms.clear();
        values.clear();
    }
}

void Batcher::append(const SeriesName& series, unsigned occurrence,
                     std::span<const std::int64_t> at_ms, std::span<const double> values) {
    const auto& labels = labels_.of(series, occurrence);
    if (labels.empty()) return;
    while (!at_ms.empty()) {
        make_room(labels.size(), at_ms.size());
        const auto count = std::min(at_ms.size(), room(labels.size()));
        write(labels, at_ms.first(count), values.first(count));
        at_ms = at_ms.subspan(count);
        values = values.subspan(count);
    }
}

std::size_t Batcher::room(std::size_t label_bytes) const {
    const auto used = raw_.size() + label_bytes + 11;
    const auto bytes = used < limits_.bytes ? limits_.bytes - used : 0;
    const auto room = std::min(limits_.samples - all_.samples, bytes / protobuf::largest_sample);
    return raw_.empty() ? std::max<std::size_t>(room, 1) : room;
}

/// Rather between two streams, else in the middle.
void Batcher::make_room(std::size_t label_bytes, std::size_t wanted) {
    if (room(label_bytes) < wanted && complete_.samples > 0) emit(complete_, before_);
    if (room(label_bytes) == 0) emit(all_, {});
}

void Batcher::write(const std::string& labels, std::span<const std::int64_t> at_ms,
                    std::span<const double> values) {
    samples_.resize(at_ms.size() * protobuf::largest_sample);
    char* end = samples_.data();
    for (std::size_t i = 0; i < at_ms.size(); ++i)
        end = protobuf::put_sample(end, values[i], at_ms[i]);
    const auto size = static_cast<std::size_t>(end - samples_.data());
    raw_ += protobuf::field_1_text;
    protobuf::append_varint(raw_, labels.size() + size);
    raw_ += labels;
    raw_.append(samples_.data(), size);
    all_ = {raw_.size(), all_.samples + at_ms.size()};
}

void Batcher::emit(Extent extent, std::optional<Stream> after) {
    compressed_.resize(snappy::MaxCompressedLength(extent.bytes));
    std::size_t size = 0;
    snappy::RawCompress(raw_.data(), extent.bytes, compressed_.data(), &size);
    requests_.push_back({.body = compressed_.substr(0, size),
                         .samples = extent.samples,
                         .after = std::move(after)});
    raw_.erase(0, extent.bytes);
    all_ = {all_.bytes - extent.bytes, all_.samples - extent.samples};
    complete_ = {};
}

void Batcher::finish() {
    if (current_ && current_ == skip_until_) skip_until_.reset();
    if (all_.samples > 0) emit(all_, current_);
}

void take_samples(std::vector<Sample>& samples, Batcher& batcher) {
    const auto series = [](const Sample& one) {
        return std::tie(one.kind, one.device, one.source, one.quantity, one.part, one.part_name);
    };
    const auto order = [&](const Sample& one, const Sample& other) {
        return std::tuple{series(one), one.at} < std::tuple{series(other), other.at};
    };
    std::ranges::stable_sort(samples, order);
    std::vector<std::int64_t> at_ms;
    std::vector<double> values;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto& one = samples[i];
        at_ms.push_back(to_unix_ms(one.at));
        values.push_back(one.value);
        if (i + 1 < samples.size() && series(samples[i + 1]) == series(one)) continue;
        const SeriesName name{one.kind,     one.device, one.source,
                              one.quantity, one.part,   one.part_name};
        batcher.take({name, at_ms, values});
        at_ms.clear();
        values.clear();
    }
}

}  // namespace frugald::remote_write
