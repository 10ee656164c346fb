#include "daemon/export/series_query.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/export/parameters.h"

namespace frugald {

namespace {

constexpr DeviceKind kinds[] = {DeviceKind::node,      DeviceKind::pdu,   DeviceKind::meter,
                                DeviceKind::partition, DeviceKind::level, DeviceKind::cluster};
constexpr Part parts[] = {Part::total,  Part::line, Part::branch,
                          Part::outlet, Part::psu,  Part::sensor};
constexpr Quantity quantities[] = {
    Quantity::power_watts,    Quantity::current_amperes,     Quantity::voltage_volts,
    Quantity::energy_joules,  Quantity::temperature_celsius, Quantity::fan_speed_rpm,
    Quantity::power_factor,   Quantity::cap_watts,           Quantity::rating_amperes,
    Quantity::coverage_ratio,
};
constexpr SeriesFormat formats[] = {SeriesFormat::json, SeriesFormat::lines, SeriesFormat::csv};

std::vector<std::string> nodes_of_partition(const Snapshot& now, const std::string& partition) {
    std::vector<std::string> names;
    for (const auto& [name, node] : now.nodes)
        if (node.scheduler && std::ranges::find(node.scheduler->partitions, partition) !=
                                  node.scheduler->partitions.end())
            names.push_back(name);
    return names;
}

void read_devices(Parameters& from, const Snapshot& now, SampleQuery& query) {
    query.kind = from.choice("kind", kinds);
    from.exclude({"nodes", "partition", "device", "job"});
    if (const std::string* const device = from.find("device")) query.devices = {*device};
    const std::string* const partition = from.find("partition");
    if (!from.has("nodes") && !from.has("job") && partition == nullptr) return;
    if (query.kind.value_or(DeviceKind::node) != DeviceKind::node)
        return from.complain("nodes, partition and job go with no other 'kind' than node");
    query.kind = DeviceKind::node;
    query.devices =
        partition == nullptr ? from.nodes("nodes") : nodes_of_partition(now, *partition);
    if (partition != nullptr && query.devices.empty())
        from.complain(fmt::format("no node of a partition '{}' is known now", *partition));
}

/// Of a job all of its time, if nothing else is said.
void read_times(Parameters& from, SeriesQuestion& question) {
    const bool job = question.job.has_value();
    auto& query = question.query;
    query.to = from.instant("until", job ? WallTime::max() : Instant::now().wall);
    query.from = from.instant("since", job ? WallTime::min() : query.to - std::chrono::hours{1});
    if (query.from >= query.to) from.complain("'since' must be before 'until'");
}

}  // namespace

Result<SeriesQuestion> parse_series_question(const Target& target, const Snapshot& now) {
    Parameters from{target};
    SeriesQuestion question;
    SampleQuery& query = question.query;
    read_devices(from, now, query);
    if (from.has("job")) question.job = from.job("job");
    query.quantities = from.choices("quantity", quantities);
    if (!target.query.contains("quantity")) query.quantities = {Quantity::power_watts};
    query.parts = from.choices("part", parts);
    if (!target.query.contains("part")) query.parts = {Part::total};
    if (const std::string* const name = from.find("name")) query.part_names = {*name};
    read_times(from, question);
    query.resolution = from.choice("resolution", all_resolutions).value_or(Resolution::automatic);
    question.format = from.choice("format", formats).value_or(SeriesFormat::json);
    if (const auto good = from.check(); !good) return tl::unexpected(good.error());
    return question;
}

}  // namespace frugald
