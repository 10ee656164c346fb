#include "daemon/store/samples/open_chunks.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/codec/cursor.h"

namespace frugald::samples {

void OpenChunks::skip_until(std::uint32_t stream, std::int64_t round) {
    if (streams_.size() <= stream) streams_.resize(stream + 1);
    streams_[stream].stored_round = round;
}

/// The number of the stream's own hour. Those of neighbours begin shortly after each other, so that
/// the disk has something to do all the time, and none begins with the hour of the key.
std::int64_t OpenChunks::turn(std::uint32_t stream, std::int64_t at_ms) const {
    constexpr std::int64_t group = 4096;
    const auto count = static_cast<std::int64_t>(streams_.size());
    const std::int64_t places = (count + group - 1) / group * group;
    const std::int64_t begin = minute_ms + (hour_ms - 2 * minute_ms) * stream / places;
    return floor_div(at_ms - begin, hour_ms);
}

bool OpenChunks::due(std::uint32_t stream, std::int64_t at_ms) const {
    if (!is_open(stream)) return false;
    const auto& one = streams_[stream];
    return turn(stream, at_ms) > turn(stream, one.min_ms) || at_ms - one.min_ms > hour_ms ||
           one.max_ms - at_ms > hour_ms;
}

void OpenChunks::take(std::uint32_t stream, std::int64_t round, std::int64_t at_ms,
                      std::uint32_t set, Values values) {
    if (streams_.size() <= stream) streams_.resize(stream + 1);
    auto& one = streams_[stream];
    if (is_open(stream) && (one.set != set || due(stream, at_ms))) finish(stream);
    const auto sensors = static_cast<unsigned>(values.size());
    if (!one.writer)
        one.writer.emplace(set, sensors);
    else if (one.set != set)
        one.writer->reset(set, sensors);
    one.set = set;
    if (one.writer->polls() == 0) {
        one.min_ms = one.max_ms = at_ms;
        one.first_round = round;
        one.seen.assign(sensors, false);
    }
    one.min_ms = std::min(one.min_ms, at_ms);
    one.max_ms = std::max(one.max_ms, at_ms);
    one.last_round = round;
    for (std::size_t i = 0; i < sensors; ++i)
        if (values[i]) one.seen[i] = true;
    one.writer->append(at_ms, values);
}

void OpenChunks::finish(std::uint32_t stream) {
    auto& one = streams_[stream];
    auto& finished = waiting_.emplace_back();
    finished = {stream, one.set, one.max_ms, one.first_round, one.last_round, {}};
    one.writer->finish(finished.chunk);
    just_finished_.push_back(stream);
}

void OpenChunks::sweep(std::int64_t now_ms) {
    // Polls of the moment may still be under way.
    for (std::uint32_t stream = 0; stream < streams_.size(); ++stream)
        if (due(stream, now_ms - minute_ms)) finish(stream);
}

void OpenChunks::finish_all() {
    for (std::uint32_t stream = 0; stream < streams_.size(); ++stream)
        if (is_open(stream)) finish(stream);
}

std::vector<std::uint32_t> OpenChunks::take_finished() { return std::exchange(just_finished_, {}); }

Result<void> OpenChunks::write(std::vector<std::string>& damage) {
    const auto day = [](const Finished& one) { return floor_div(one.max_ms, day_ms); };
    const auto key = [](const Finished& one) {
        return row_key(floor_div(one.max_ms, hour_ms), one.stream);
    };
    // In the order of the rounds, as far as two of one stream are concerned: a file says for each
    // stream which round it has, and that must be true of all before.
    while (!waiting_.empty()) {
        std::size_t count = 1;
        while (count < waiting_.size() && day(waiting_[count]) == day(waiting_[0])) ++count;
        const std::span some{waiting_.data(), count};
        std::ranges::stable_sort(some, {}, key);
        if (auto done = write_day(some, damage); !done) return done;
        for (const auto& one : some) {
            auto& stored = streams_[one.stream].stored_round;
            stored = std::max(stored, one.last_round);
        }
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return {};
}

Result<void> OpenChunks::write_day(std::span<const Finished> chunks,
                                   std::vector<std::string>& damage) {
    if (auto done = files_.turn_to(chunks.front().max_ms); !done) return done;
    auto file = files_.file_for(chunks.front().max_ms, damage);
    if (!file) return tl::unexpected(file.error());
    std::vector<std::uint8_t> row;
    const auto work = [&]() -> Result<void> {
        for (const auto& one : chunks) {
            const auto key = row_key(floor_div(one.max_ms, hour_ms), one.stream);
            const auto before = (*file)->row(key);
            row.clear();
            if (before)
                row.assign(before->begin(), before->end());
            else if (before.error().fault == Fault::invalid)
                damage.push_back(fmt::format("{}: row {} is written anew: {}",
                                             (*file)->database().file(), key, before.error().text));
            else
                return tl::unexpected(before.error());
            if (auto done = (*file)->name_stream(one.stream); !done) return done;
            if (auto done = (*file)->name_set(one.set); !done) return done;
            std::uint8_t size[codec::max_varint];
            row.insert(row.end(), size, codec::put_varint(size, one.chunk.size()));
            row.insert(row.end(), one.chunk.begin(), one.chunk.end());
            if (auto done = (*file)->put(key, row); !done) return done;
            if (auto done = (*file)->put_state(one.stream, one.last_round, {}); !done) return done;
        }
        return {};
    };
    auto done = (*file)->transaction(work);
    if (done)
        for (const auto& one : chunks) files_.wrote(one.max_ms, one.last_round);
    return done;
}

std::int64_t OpenChunks::oldest_round(std::int64_t otherwise) const {
    std::int64_t oldest = otherwise;
    for (const auto& one : streams_)
        if (one.writer && one.writer->polls() > 0) oldest = std::min(oldest, one.first_round);
    for (const auto& one : waiting_) oldest = std::min(oldest, one.first_round);
    return oldest;
}

void OpenChunks::copy(std::uint32_t stream, std::vector<std::vector<std::uint8_t>>& chunks) const {
    for (const auto& one : waiting_)
        if (one.stream == stream) chunks.push_back(one.chunk);
    if (!is_open(stream)) return;
    auto writer = *streams_[stream].writer;
    writer.finish(chunks.emplace_back());
}

}  // namespace frugald::samples
