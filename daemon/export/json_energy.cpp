#include "daemon/export/json.h"
#include "daemon/export/json_values.h"

namespace frugald::json {

namespace {

template <class Unit>
Json value_or_null(const std::optional<Amount<Unit>>& amount) {
    return amount ? Json(amount->value) : Json(nullptr);
}

/// Null: of no time there is no part.
Json coverage(const EnergyFigure& figure) {
    return figure.length.count() > 0 ? Json(figure.covered / figure.length) : Json(nullptr);
}

void put(Json& row, const EnergyFigure& figure) {
    row["joules"] = value_or_null(figure.energy);
    row["mean_watts"] = value_or_null(figure.mean);
    row["min_watts"] = value_or_null(figure.least);
    row["max_watts"] = value_or_null(figure.most);
    row["length_s"] = figure.length.count();
    row["covered_s"] = figure.covered.count();
    row["coverage"] = coverage(figure);
    row["gaps"] = figure.gaps;
    row["longest_gap_s"] = figure.longest_gap.count();
}

Json total_json(const EnergyFigure& total, unsigned unknown, std::size_t rows) {
    return {{"joules", value_or_null(total.energy)},
            {"mean_watts", value_or_null(total.mean)},
            {"coverage", coverage(total)},
            {"longest_gap_s", total.longest_gap.count()},
            {"nodes", rows},
            {"unknown_nodes", unknown}};
}

Json row_json(const EnergyRow& row) {
    Json one{{"node", row.name}};
    put(one, row.figure);
    one["sources"] = row.sources;
    one["factor"] = row.factor;
    if (row.measured_ratio) one["measured_ratio"] = *row.measured_ratio;
    one["unknown"] = text_or_null(row.unknown_why);
    return one;
}

Json share_of(const JobEnergyRow& row) {
    if (!row.figure.energy || !row.node_energy) return nullptr;
    if (!row.shared) return 1;
    if (row.node_energy->value <= 0) return nullptr;
    return row.figure.energy->value / row.node_energy->value;
}

Json number_or_unknown(std::uint32_t number) { return number > 0 ? Json(number) : Json(nullptr); }

Json row_json(const JobEnergyRow& row) {
    Json one{{"node", row.node}};
    put(one, row.figure);
    one["share"] = share_of(row);
    one["by"] = !row.shared ? "exclusive" : row.by_cpus ? "cpus" : "jobs";
    one["node_joules"] = value_or_null(row.node_energy);
    one["cpus"] = number_or_unknown(row.cpus);
    one["node_cpus"] = number_or_unknown(row.node_cpus);
    one["unknown"] = text_or_null(row.unknown_why);
    return one;
}

}  // namespace

std::string energy(const EnergyReport& report) {
    Json answer{{"schema", schema},
                {"from", iso8601(report.from)},
                {"to", iso8601(report.to)},
                {"resolution", to_string(report.resolution)},
                {"ends_within_s", report.ends_within.count()}};
    Json rows = Json::array();
    for (const auto& row : report.rows) rows.push_back(row_json(row));
    answer["nodes"] = std::move(rows);
    answer["total"] = total_json(report.total, report.unknown, report.rows.size());
    answer["damage"] = report.damage;
    return dump(answer);
}

std::string job_energy(const std::vector<JobEnergy>& runs) {
    Json all = Json::array();
    for (const auto& run : runs) {
        Json one{{"job", run.id},
                 {"partition", run.partition},
                 {"start", iso8601(run.start)},
                 {"until", iso8601(run.until)},
                 {"state", run.running    ? "running"
                           : run.vanished ? "vanished"
                                          : "ended"},
                 {"resolution", to_string(run.resolution)},
                 {"ends_within_s", run.ends_within.count()}};
        Json rows = Json::array();
        for (const auto& row : run.rows) rows.push_back(row_json(row));
        one["nodes"] = std::move(rows);
        one["total"] = total_json(run.total, run.unknown, run.rows.size());
        all.push_back(std::move(one));
    }
    return dump({{"schema", schema}, {"runs", std::move(all)}});
}

}  // namespace frugald::json
