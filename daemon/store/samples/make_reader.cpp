#include "daemon/store/samples/make_reader.h"

#include <algorithm>

#include "daemon/store/samples/cell_reader.h"
#include "daemon/store/samples/raw_reader.h"

namespace frugald {

namespace samples {

namespace {

Resolution resolution_for(const SampleQuery& query) {
    if (query.resolution != Resolution::automatic) return query.resolution;
    const auto length = query.to - query.from;
    if (length <= std::chrono::days{2}) return Resolution::raw;
    const auto is_fine = [](Quantity quantity) {
        return quantity == Quantity::power_watts || quantity == Quantity::energy_joules;
    };
    const bool fine = !query.quantities.empty() && std::ranges::all_of(query.quantities, is_fine);
    return fine && length <= std::chrono::days{31} ? Resolution::five_minutes : Resolution::hour;
}

}  // namespace

std::unique_ptr<SampleReader> make_reader(const Files& files, const Catalogue& catalogue,
                                          SampleQuery query) {
    const auto resolution = resolution_for(query);
    if (resolution == Resolution::raw)
        return std::make_unique<RawReader>(files, catalogue, std::move(query));
    const bool fine = resolution == Resolution::five_minutes;
    return std::make_unique<CellReader>(fine ? files.month : files.year,
                                        fine ? files.five_minutes : files.hours, catalogue,
                                        std::move(query), resolution);
}

}  // namespace samples

Result<void> SampleReader::run(const SampleSink& sink) {
    for (;;) {
        const auto more = step(sink);
        if (!more) return tl::unexpected(more.error());
        if (!*more) return {};
    }
}

}  // namespace frugald
