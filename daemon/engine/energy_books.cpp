#include "daemon/engine/energy_books.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/nodeset.h"

namespace frugald {

/// The mean of the sum's coverage_ratio; touched on the worker, read when it is done.
struct EnergyBooks::Ratio {
    double sum = 0, samples = 0;

    void take(const SeriesSamples& series) {
        if (series.series.quantity != Quantity::coverage_ratio) return;
        for (const double value : series.values) sum += value;
        samples += static_cast<double>(series.values.size());
    }
    void take(const SeriesCells& series) {
        if (series.series.quantity != Quantity::coverage_ratio) return;
        for (const auto& cell : series.cells) {
            sum += cell.mean * static_cast<double>(cell.samples);
            samples += static_cast<double>(cell.samples);
        }
    }
    std::optional<double> mean() const {
        if (samples == 0) return std::nullopt;
        return sum / samples;
    }
};

namespace {

/// As sums_of names it (telemetry/sums.h).
constexpr const char* cluster_name = "cluster";

}  // namespace

Result<std::vector<std::string>> EnergyBooks::names_of(const EnergyQuery& query) const {
    if (query.cluster) return std::vector<std::string>{cluster_name};
    if (!query.nodes.empty()) return query.nodes;
    std::vector<std::string> names;
    if (query.partition.empty()) {
        for (const auto& [name, node] : picture_->nodes) names.push_back(name);
    } else if (const auto& view = scheduler_.view()) {
        for (const auto& [name, node] : view->nodes)
            if (std::ranges::find(node.partitions, query.partition) != node.partitions.end())
                names.push_back(name);
    }
    if (names.empty() && !query.partition.empty())
        return fail(Fault::invalid, fmt::format("Slurm has no nodes in a partition '{}'; "
                                                "sinfo lists the partitions",
                                                query.partition));
    std::ranges::sort(names, natural_less);
    return names;
}

std::string EnergyBooks::unknown_why(const std::string& node) const {
    const auto found = picture_->nodes.find(node);
    const bool known = found != picture_->nodes.end();
    if (known && found->second.power && found->second.power->source == "pdu")
        return "it is measured by its outlets only: their energy is stored with the PDU";
    if (known && !found->second.has_bmc)
        return "no BMC of it is configured, so its power is not measured";
    return "no power of it was stored in this time";
}

asio::awaitable<Result<EnergyReport>> EnergyBooks::energy(EnergyQuery query) {
    const auto complete = reader_.complete_until();
    if (!complete)
        co_return fail(Fault::unavailable,
                       "nothing was stored since frugald's start yet; ask again in some seconds");
    const auto names = names_of(query);
    if (!names) co_return tl::unexpected<Error>(names.error());
    EnergyReport report{.from = query.from, .to = std::min(query.to, *complete)};
    if (report.from >= report.to)
        co_return fail(Fault::invalid,
                       fmt::format("nothing is stored between {} and {}: readings are there up "
                                   "to {}",
                                   iso8601(query.from), iso8601(query.to), iso8601(*complete)));
    report.resolution = query.resolution;
    if (query.resolution == Resolution::automatic)
        report.resolution = co_await reader_.resolution_for(report.from, report.to, true);
    report.ends_within = cell_length(report.resolution);
    auto filled = co_await fill(std::move(report), *names, query.cluster);
    co_return filled;
}

/// The rows, in the order of the names.
asio::awaitable<Result<EnergyReport>> EnergyBooks::fill(EnergyReport report,
                                                        std::vector<std::string> names,
                                                        bool cluster) {
    const auto sheet = std::make_shared<EnergySheet>();
    const auto ratio = std::make_shared<Ratio>();
    EnergyReader::Question question{.kind = cluster ? DeviceKind::cluster : DeviceKind::node,
                                    .devices = names,
                                    .from = report.from,
                                    .to = report.to,
                                    .resolution = report.resolution};
    if (cluster) {
        question.besides = {Quantity::coverage_ratio};
        question.beside_samples = [ratio](const SeriesSamples& series) { ratio->take(series); };
        question.beside_cells = [ratio](const SeriesCells& series) { ratio->take(series); };
    }
    const auto& calibrations = fleet_.calibrations();
    for (const auto& name : names) {
        // What is in the sum was calibrated before it was added.
        const double factor = cluster ? 1 : calibrations.factor(name, Part::total, {});
        sheet->node(name, factor).want({to_unix_ms(report.from), to_unix_ms(report.to)});
    }
    auto read = co_await reader_.read(sheet, std::move(question));
    if (!read) co_return tl::unexpected<Error>(read.error());
    report.damage = std::move(*read);
    for (const auto& name : names) {
        const auto& node = sheet->node(name, 1);
        EnergyRow row{name, node.figure(0), node.sources(), node.factor()};
        if (!row.figure.energy) row.unknown_why = unknown_why(name);
        if (cluster) row.measured_ratio = ratio->mean();
        report.rows.push_back(std::move(row));
    }
    add_up(report);
    co_return report;
}

}  // namespace frugald
