#include "daemon/engine/energy_reader.h"

#include <algorithm>

namespace frugald {

namespace {

using namespace std::chrono_literals;

/// Readings of a node are kept until all its sources are there: so many in memory at once, by a
/// reading every 10 seconds.
constexpr std::int64_t most_readings = 4'000'000;
constexpr std::chrono::seconds usual_interval{10};

std::size_t nodes_at_once(const EnergyReader::Question& question) {
    if (question.resolution != Resolution::raw)
        return std::max<std::size_t>(question.devices.size(), 1);
    const auto readings = std::max<std::int64_t>((question.to - question.from) / usual_interval, 1);
    return static_cast<std::size_t>(std::clamp<std::int64_t>(most_readings / readings, 1, 2000));
}

WallTime whole_cells(WallTime at, std::chrono::milliseconds cell) {
    return cell.count() == 0 ? at : at - at.time_since_epoch() % cell;
}

}  // namespace

std::chrono::milliseconds cell_length(Resolution resolution) {
    if (resolution == Resolution::five_minutes) return 5min;
    return resolution == Resolution::hour ? std::chrono::milliseconds{1h} : 0ms;
}

asio::awaitable<Resolution> EnergyReader::resolution_for(WallTime from, WallTime to,
                                                         bool by_length) {
    const auto length = to - from;
    if (by_length && length > std::chrono::days{31}) co_return Resolution::hour;
    if (by_length && length > std::chrono::days{2}) co_return Resolution::five_minutes;
    const auto oldest = co_await archive_.oldest();
    const bool gone = oldest && *oldest && **oldest > from;
    co_return gone ? Resolution::five_minutes : Resolution::raw;
}

asio::awaitable<Result<void>> EnergyReader::read_some(std::shared_ptr<EnergySheet> sheet,
                                                      Question question,
                                                      std::vector<std::string>& damage) {
    const auto cell = cell_length(question.resolution);
    const auto beside =
        cell.count() == 0 ? std::chrono::milliseconds{longest_reading_interval_ms} : 0ms;
    SampleQuery query;
    query.devices = question.devices;
    query.kind = question.kind;
    query.quantities = question.besides;
    query.quantities.insert(query.quantities.end(),
                            {Quantity::power_watts, Quantity::energy_joules});
    query.parts = {Part::total};
    query.from = whole_cells(question.from, cell) - beside;
    query.to = question.to + beside;
    query.resolution = question.resolution;
    const auto reader = co_await archive_.ask(std::move(query));
    if (!reader) co_return tl::unexpected<Error>(reader.error());
    ArchiveSink sink;
    sink.samples = [sheet, beside_samples = question.beside_samples](const SeriesSamples& series) {
        if (beside_samples) beside_samples(series);
        sheet->take(series);
        return true;
    };
    sink.cells = [sheet, beside_cells = question.beside_cells](const SeriesCells& series) {
        if (beside_cells) beside_cells(series);
        sheet->take(series);
        return true;
    };
    const auto read = co_await (*reader)->run(sink);
    if (!read) co_return tl::unexpected<Error>(read.error());
    const auto bad = (*reader)->damage();
    damage.insert(damage.end(), bad.begin(), bad.end());
    auto work = [sheet, devices = std::move(question.devices)] {
        sheet->finish(devices);
        return true;
    };
    co_await offload(workers_, std::move(work));
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<std::string>>> EnergyReader::read(
    std::shared_ptr<EnergySheet> sheet, Question question) {
    std::vector<std::string> damage;
    const auto all = std::move(question.devices);
    const auto step = nodes_at_once(question);
    for (std::size_t from = 0; from < all.size(); from += step) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
        const auto end = begin + static_cast<std::ptrdiff_t>(std::min(step, all.size() - from));
        Question some = question;
        some.devices.assign(begin, end);
        const auto read = co_await read_some(sheet, std::move(some), damage);
        if (!read) co_return tl::unexpected<Error>(read.error());
    }
    co_return damage;
}

}  // namespace frugald
