#include "daemon/store/samples/rollup.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald::samples {

bool Rollup::wants(const SensorInfo& sensor) const {
    return !power_only_ || sensor.quantity == Quantity::power_watts ||
           sensor.quantity == Quantity::energy_joules;
}

void Rollup::restore(const StoredStates& states) {
    for (const auto& [id, state] : states) {
        if (streams_.size() <= id) streams_.resize(id + 1);
        auto& stream = streams_[id];
        stream.stored_round = stream.last_round = state.round;
        codec::Cursor in{state.data};
        for (Track track{0}; !in.left().empty() && Track::read(in, track);)
            stream.tracks.push_back(track);
    }
}

const std::vector<Rollup::Wanted>& Rollup::wanted_of(std::uint32_t set,
                                                     const Catalogue& catalogue) {
    if (wanted_.size() <= set) wanted_.resize(catalogue.sets().size());
    auto& wanted = wanted_[set];
    if (wanted) return *wanted;
    wanted.emplace();
    const SensorSet& sensors = catalogue.sets()[set];
    for (std::uint32_t place = 0; place < sensors.size(); ++place) {
        const auto& sensor = catalogue.sensors()[sensors[place]];
        if (wants(sensor)) wanted->push_back({place, sensor.id, sensor.quantity});
    }
    return *wanted;
}

/// Those of sensors that the set does not have are kept behind: they may come back.
void Rollup::use_set(Stream& stream, const std::vector<Wanted>& wanted) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto from = stream.tracks.begin() + static_cast<std::ptrdiff_t>(i);
        const auto known =
            std::ranges::find(from, stream.tracks.end(), wanted[i].sensor, &Track::sensor);
        if (known == stream.tracks.end())
            stream.tracks.insert(from, Track{wanted[i].sensor});
        else
            std::iter_swap(from, known);
    }
}

void Rollup::take(std::uint32_t id, std::int64_t round, std::int64_t at_ms, std::uint32_t set,
                  Values values, const Catalogue& catalogue) {
    if (streams_.size() <= id) streams_.resize(id + 1);
    auto& stream = streams_[id];
    if (round <= stream.stored_round) return;
    const auto& wanted = wanted_of(set, catalogue);
    if (wanted.empty()) return;
    if (stream.set != set) use_set(stream, wanted);
    stream.set = set;
    stream.last_round = round;
    if (stream.unsaved_from == 0) stream.unsaved_from = round;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& value = values[wanted[i].place];
        if (!value) continue;
        stream.tracks[i].take(at_ms, *value, wanted[i].quantity, period_ms_, done_);
        if (done_.empty()) continue;
        for (const auto& cell : done_) stream.done.emplace_back(wanted[i].sensor, cell);
        done_.clear();
    }
}

Result<void> Rollup::save(std::span<const std::uint32_t> streams,
                          std::vector<std::string>& damage) {
    behind_.insert(behind_.end(), streams.begin(), streams.end());
    std::ranges::sort(behind_);
    const auto [from, to] = std::ranges::unique(behind_);
    behind_.erase(from, to);
    std::erase_if(behind_, [this](std::uint32_t id) {
        return id >= streams_.size() ||
               (streams_[id].unsaved_from == 0 && streams_[id].done.empty());
    });
    if (behind_.empty()) return {};
    Rows rows;
    for (const auto id : behind_) {
        auto& stream = streams_[id];
        // A row for the state even if there is no cell yet: its file is that of the newest value.
        std::int64_t newest = 0;
        for (const auto& track : stream.tracks) newest = std::max(newest, track.current().begin_ms);
        rows[{floor_div(newest, row_ms()), id}];
        for (const auto& cell : stream.done)
            rows[{floor_div(cell.second.begin_ms, row_ms()), id}].push_back(cell);
    }
    // File by file. The states go with the last one: cells that are in an older one already are
    // made again after a crash, and then they are the same.
    const auto file_of = [this](std::int64_t row) { return files_.name_of(row * row_ms()); };
    for (auto first = rows.cbegin(); first != rows.cend();) {
        const auto name = file_of(first->first.first);
        auto last = first;
        while (last != rows.cend() && file_of(last->first.first) == name) ++last;
        const auto states = last == rows.cend() ? std::span<const std::uint32_t>{behind_}
                                                : std::span<const std::uint32_t>{};
        if (auto done = write_file(first, last, states, damage); !done) return done;
        first = last;
    }
    for (const auto id : behind_) saved(id);
    behind_.clear();
    return {};
}

void Rollup::saved(std::uint32_t id) {
    auto& stream = streams_[id];
    stream.done.clear();
    stream.stored_round = stream.last_round;
    stream.unsaved_from = 0;
}

Result<void> Rollup::write_file(Rows::const_iterator first, Rows::const_iterator last,
                                std::span<const std::uint32_t> states,
                                std::vector<std::string>& damage) {
    const std::int64_t at_ms = first->first.first * row_ms();
    if (auto done = files_.turn_to(at_ms); !done) return done;
    auto file = files_.file_for(at_ms, damage);
    if (!file) return tl::unexpected(file.error());
    const auto work = [&]() -> Result<void> {
        for (auto row = first; row != last; ++row)
            if (auto done = write_row(**file, row->first, row->second, damage); !done) return done;
        for (const auto id : states)
            if (auto done = write_state(**file, id); !done) return done;
        return {};
    };
    auto done = (*file)->transaction(work);
    if (done)
        for (const auto id : states) files_.wrote(at_ms, streams_[id].last_round);
    return done;
}

Result<void> Rollup::write_row(TimeFile& file, Key key,
                               std::span<const std::pair<std::uint32_t, Cell>> cells,
                               std::vector<std::string>& damage) {
    if (cells.empty()) return {};
    const auto id = row_key(key.first, key.second);
    const std::int64_t first_ms = key.first * row_ms();
    const auto before = file.row(id);
    if (!before && before.error().fault != Fault::invalid) return tl::unexpected(before.error());
    if (auto done = file.name_stream(key.second); !done) return done;
    CellRow row;
    const auto keep = [&row](std::uint32_t sensor, std::span<const Cell> some) {
        row[sensor].assign(some.begin(), some.end());
    };
    if (!before || !before->empty()) {
        const auto all = [](std::uint32_t) { return true; };
        const auto read = before ? decode_cells(*before, first_ms, period_ms_, all, keep)
                                 : Result<void>{tl::unexpected(before.error())};
        if (!read)
            damage.push_back(fmt::format("{}: row {} is written anew: {}", file.database().file(),
                                         id, read.error().text));
    }
    for (const auto& [sensor, cell] : cells) add_cell(row[sensor], cell);
    for (const auto& [sensor, cell] : cells)
        if (auto done = file.name_sensor(sensor); !done) return done;
    encode_cells(row, first_ms, period_ms_, blob_);
    return file.put(id, blob_);
}

Result<void> Rollup::write_state(TimeFile& file, std::uint32_t id) {
    auto& stream = streams_[id];
    blob_.clear();
    if (auto done = file.name_stream(id); !done) return done;
    for (const auto& track : stream.tracks) {
        track.write(blob_);
        if (auto done = file.name_sensor(track.sensor()); !done) return done;
    }
    return file.put_state(id, stream.last_round, blob_);
}

void Rollup::close_silent(std::int64_t now_ms) {
    for (std::uint32_t id = 0; id < streams_.size(); ++id) {
        auto& stream = streams_[id];
        for (auto& track : stream.tracks) {
            if (track.is_empty() || track.last_ms() > now_ms - 2 * period_ms_) continue;
            track.close(done_);
            for (const auto& cell : done_) stream.done.emplace_back(track.sensor(), cell);
            done_.clear();
        }
        if (!stream.done.empty() && stream.unsaved_from == 0) behind_.push_back(id);
    }
}

std::vector<std::uint32_t> Rollup::unsaved() const {
    std::vector<std::uint32_t> ids;
    for (std::uint32_t id = 0; id < streams_.size(); ++id)
        if (streams_[id].unsaved_from != 0) ids.push_back(id);
    return ids;
}

std::int64_t Rollup::oldest_round(std::int64_t otherwise) const {
    for (const auto& stream : streams_)
        if (stream.unsaved_from != 0) otherwise = std::min(otherwise, stream.unsaved_from);
    return otherwise;
}

std::vector<std::pair<std::uint32_t, Cell>> Rollup::copy(std::uint32_t id) const {
    if (id >= streams_.size()) return {};
    auto cells = streams_[id].done;
    for (const auto& track : streams_[id].tracks)
        if (!track.is_empty()) cells.emplace_back(track.sensor(), track.current());
    return cells;
}

}  // namespace frugald::samples
