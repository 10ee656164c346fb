#include "daemon/store/samples/cell_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/samples/bound_row.h"
#include "daemon/store/samples/time_files.h"

namespace frugald::samples {

namespace {

// Rows in one step.
constexpr std::int64_t rows_at_once = 1000;

}  // namespace

CellReader::CellReader(const TimeFiles& files, const Rollup& rollup, const Catalogue& catalogue,
                       SampleQuery query, Resolution resolution)
    : files_(files),
      rollup_(rollup),
      catalogue_(catalogue),
      query_(std::move(query)),
      resolution_(resolution),
      from_ms_(to_unix_ms(query_.from)),
      to_ms_(to_unix_ms(query_.to)) {}

void CellReader::begin() {
    matcher_.emplace(catalogue_, query_);
    const auto& streams = matcher_->streams();
    wanted_.resize(catalogue_.streams().size());
    for (const auto id : streams) wanted_[id] = true;
    most_ = streams.size() > wanted_.size() / 8;
    // A row is in the file of its begin.
    const auto row = rollup_.row_ms();
    next_ = row_key(floor_div(from_ms_, row), 0);
    end_ = row_key(floor_div(to_ms_ - 1, row) + 1, 0);
    list_ = files_.existing(from_ms_ - row, to_ms_);
}

double CellReader::progress() const {
    return !matcher_ || list_.empty()
               ? 0
               : static_cast<double>(file_) / static_cast<double>(list_.size());
}

Result<bool> CellReader::step(const SampleSink& sink) {
    if (from_ms_ >= to_ms_) return false;
    if (!matcher_) begin();
    if (file_ < list_.size()) return step_file(list_[file_], sink);
    if (auto done = read_memory(sink); !done) return tl::unexpected(done.error());
    return memory_ < matcher_->streams().size();
}

Result<bool> CellReader::step_file(const TimeFiles::Existing& one, const SampleSink& sink) {
    const auto row = rollup_.row_ms();
    const auto file = open_.open(one.path);
    const auto end = std::min(end_, row_key(floor_div(one.span.to_ms + row - 1, row), 0));
    next_ = std::max(next_, row_key(floor_div(one.span.from_ms + row - 1, row), 0));
    if (!file) note(one.path.string() + ": " + file.error().text);
    if (!file || next_ >= end) {
        open_.close(one.path);
        ++file_;
        return true;
    }
    const auto begin = next_;
    const auto done = most_ ? step_range(**file, end, sink) : step_rows(**file, sink);
    if (done) return true;
    if (done.error().fault == Fault::cancelled) return tl::unexpected(done.error());
    note(fmt::format("{}: from row {} on: {}", one.path.string(), begin, done.error().text));
    next_ = end;
    return true;
}

/// The next rows, whoever's they are.
Result<void> CellReader::step_range(OpenFiles::File& file, std::int64_t end,
                                    const SampleSink& sink) {
    auto& query = file.range;
    query.bind(next_, end, rows_at_once);
    std::int64_t count = 0;
    Result<void> done{};
    for (; done; ++count) {
        const auto found = query.step();
        if (!found) done = tl::unexpected(found.error());
        if (!found || !*found) break;
        next_ = query.integer(0) + 1;
        done = read_row(next_ - 1, query.blob(1), sink);
    }
    query.reset();
    if (done && count < rows_at_once) next_ = end;
    return done;
}

/// The rows of the wanted streams in one row of time.
Result<void> CellReader::step_rows(OpenFiles::File& file, const SampleSink& sink) {
    const std::int64_t unit = next_ >> 24;
    const auto& streams = matcher_->streams();
    auto stream = std::ranges::lower_bound(streams, next_ & stream_mask);
    for (std::int64_t count = 0; stream != streams.end() && count < rows_at_once; ++count) {
        const auto id = row_key(unit, *stream++);
        next_ = id + 1;
        auto& query = file.row;
        query.bind(id);
        const auto found = query.step();
        Result<void> done{};
        if (!found) done = tl::unexpected(found.error());
        if (found && *found) done = read_row(id, query.blob(0), sink);
        query.reset();
        if (!done) return done;
    }
    if (stream == streams.end()) next_ = row_key(unit + 1, 0);
    return {};
}

Result<void> CellReader::read_row(std::int64_t id, std::span<const std::uint8_t> blob,
                                  const SampleSink& sink) {
    const auto stream = static_cast<std::uint32_t>(id & stream_mask);
    if (stream >= wanted_.size() || !wanted_[stream]) return {};
    bool goes_on = true;
    const auto wants = [&](std::uint32_t sensor) { return goes_on && matcher_->wants(sensor); };
    const auto take = [&](std::uint32_t sensor, std::span<const Cell> cells) {
        goes_on = hand_over(stream, sensor, cells, sink);
    };
    const std::int64_t first_ms = (id >> 24) * rollup_.row_ms();
    const auto cells = unbind_row(id, blob);
    const auto read = cells ? decode_cells(*cells, first_ms, rollup_.period_ms(), wants, take)
                            : Result<void>{tl::unexpected(cells.error())};
    if (!read)
        note(fmt::format("row {} of {}: {}", id, catalogue_.streams()[stream].device,
                         read.error().text));
    if (!goes_on) return fail(Fault::cancelled, "the reading was cancelled");
    return {};
}

bool CellReader::hand_over(std::uint32_t stream, std::uint32_t sensor, std::span<const Cell> cells,
                           const SampleSink& sink) const {
    while (!cells.empty() && cells.front().begin_ms < from_ms_) cells = cells.subspan(1);
    while (!cells.empty() && cells.back().begin_ms >= to_ms_) cells = cells.first(cells.size() - 1);
    if (cells.empty() || !sink.cells) return true;
    return sink.cells(
        {catalogue_.streams()[stream], catalogue_.sensors()[sensor], rollup_.period_ms(), cells});
}

Result<void> CellReader::read_memory(const SampleSink& sink) {
    const auto& streams = matcher_->streams();
    for (std::int64_t i = 0; i < rows_at_once && memory_ < streams.size(); ++i, ++memory_)
        for (const auto& [sensor, cell] : rollup_.copy(streams[memory_]))
            if (matcher_->wants(sensor) && !hand_over(streams[memory_], sensor, {&cell, 1}, sink))
                return fail(Fault::cancelled, "the reading was cancelled");
    return {};
}

void CellReader::note(std::string what) {
    constexpr std::size_t most = 100;
    if (damage_.size() < most) damage_.push_back(std::move(what));
}

}  // namespace frugald::samples
