#include "daemon/store/samples/raw_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/samples/bound_row.h"

namespace frugald::samples {

RawReader::RawReader(const Files& files, const Catalogue& catalogue, SampleQuery query)
    : files_(files),
      catalogue_(catalogue),
      query_(std::move(query)),
      range_{to_unix_ms(query_.from), to_unix_ms(query_.to)} {}

double RawReader::progress() const {
    if (!matcher_ || matcher_->streams().empty()) return 0;
    const double days = static_cast<double>(days_.size()) + 1;
    return (static_cast<double>(place_) + static_cast<double>(day_) / days) /
           static_cast<double>(matcher_->streams().size());
}

Result<bool> RawReader::step(const SampleSink& sink) {
    if (!matcher_) matcher_.emplace(catalogue_, query_);
    matcher_->forget_columns();
    if (place_ >= matcher_->streams().size() || range_.from_ms >= range_.to_ms) return false;
    if (day_ == 0 && generation_ != files_.raw.generation()) {
        generation_ = files_.raw.generation();
        // A chunk is filed by its newest poll, up to an hour after the one that is wanted.
        days_ = files_.raw.existing(range_.from_ms, range_.to_ms + hour_ms);
    }
    if (day_ < days_.size())
        if (auto read = read_day(days_[day_], sink); !read) return tl::unexpected(read.error());
    if (++day_ < days_.size()) return true;
    if (auto read = read_memory(sink); !read) return tl::unexpected(read.error());
    day_ = 0;
    return ++place_ < matcher_->streams().size();
}

/// Damage is noted; only cancelling ends the reading.
Result<void> RawReader::note(std::string where, Result<void> read) {
    constexpr std::size_t most = 100;
    if (read || read.error().fault == Fault::cancelled) return read;
    if (damage_.size() < most) damage_.push_back(std::move(where) + ": " + read.error().text);
    return {};
}

Result<void> RawReader::read_day(const TimeFiles::Existing& day, const SampleSink& sink) {
    const auto file = open_.open(day.path);
    if (!file) return note(day.path.string(), tl::unexpected(file.error()));
    const auto first = std::max(floor_div(range_.from_ms, hour_ms), day.span.from_ms / hour_ms);
    const auto last =
        std::min(floor_div(range_.to_ms - 1, hour_ms) + 1, (day.span.to_ms - 1) / hour_ms);
    std::vector<std::uint8_t> row;
    const auto read = [&](std::span<const std::uint8_t> chunk) { return read_chunk(chunk, sink); };
    for (auto hour = first; hour <= last; ++hour) {
        auto& query = (*file)->row;
        query.bind(row_key(hour, stream()));
        const auto found = query.step();
        if (found && *found) row.assign(query.blob(0).begin(), query.blob(0).end());
        query.reset();  // whoever writes must not wait for the decoding
        Result<void> done{};
        if (!found)
            done = tl::unexpected(found.error());
        else if (*found)
            done = each_bound_chunk(row_key(hour, stream()), row, read);
        const auto where = [&] {
            return fmt::format(
                "{}: {} ({}), hour {}", day.path.string(), catalogue_.streams()[stream()].device,
                catalogue_.streams()[stream()].source, iso8601(from_unix_ms(hour * hour_ms)));
        };
        if (!done)
            if (auto noted = note(where(), std::move(done)); !noted) return noted;
    }
    return {};
}

Result<void> RawReader::read_memory(const SampleSink& sink) {
    std::vector<std::vector<std::uint8_t>> chunks;
    files_.chunks.copy(stream(), chunks);
    for (const auto& chunk : chunks)
        if (auto done = note("memory", read_chunk(chunk, sink)); !done) return done;
    return {};
}

Result<void> RawReader::read_chunk(std::span<const std::uint8_t> chunk, const SampleSink& sink) {
    auto reader = codec::ChunkReader::open(chunk);
    if (!reader) return tl::unexpected(reader.error());
    const auto* columns = matcher_->of_set(reader->sensor_set());
    if (columns == nullptr)
        return fail(Fault::invalid,
                    fmt::format("its sensor set {} is not in journal.db", reader->sensor_set()));
    if (!columns->places.empty() && columns->places.back() >= reader->sensors())
        return fail(Fault::invalid, "it has fewer sensors than its set");
    if (columns->places.empty()) return {};
    for (;;) {
        const auto more = reader->next(columns->places, range_, block_);
        if (!more) return tl::unexpected(more.error());
        if (!*more) return {};
        if (!hand_over(*columns, sink)) return fail(Fault::cancelled, "the reading was cancelled");
    }
}

bool RawReader::hand_over(const Matcher::Columns& columns, const SampleSink& sink) {
    places_.clear();
    for (unsigned i = 0; i < block_.polls; ++i)
        if (range_.has(block_.at_ms.values[i])) places_.push_back(i);
    if (places_.empty() || !sink.polls) return true;
    return sink.polls({catalogue_.streams()[stream()], columns.sensors, places_, block_});
}

Result<void> each_bound_chunk(
    std::int64_t key, std::span<const std::uint8_t> row,
    const std::function<Result<void>(std::span<const std::uint8_t>)>& each) {
    const auto chunks = unbind_row(key, row);
    return chunks ? each_chunk(*chunks, each) : Result<void>{tl::unexpected(chunks.error())};
}

Result<void> each_chunk(std::span<const std::uint8_t> row,
                        const std::function<Result<void>(std::span<const std::uint8_t>)>& each) {
    codec::Cursor in{row};
    Result<void> result{};
    while (!in.left().empty()) {
        std::uint64_t size = 0;
        std::span<const std::uint8_t> chunk;
        if (!in.take_varint(size) || !in.take(size, chunk))
            return fail(Fault::invalid, "a stored row of chunks is cut short");
        auto done = each(chunk);
        if (!done && done.error().fault == Fault::cancelled) return done;
        if (!done && result) result = std::move(done);
    }
    return result;
}

}  // namespace frugald::samples
