#include "daemon/export/series_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "daemon/core/nodeset.h"
#include "daemon/core/times.h"

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
constexpr Resolution resolutions[] = {Resolution::automatic, Resolution::raw,
                                      Resolution::five_minutes, Resolution::hour};
constexpr SeriesFormat formats[] = {SeriesFormat::json, SeriesFormat::lines, SeriesFormat::csv};

/// The parameters of a target, taken one by one.
class Parameters {
public:
    explicit Parameters(const Target& target) : target_(target) {}

    const std::string* find(const char* name) {
        known_.push_back(name);
        const auto found = target_.query.find(name);
        return found == target_.query.end() ? nullptr : &found->second;
    }

    template <class Word, std::size_t size>
    std::optional<Word> choice(const char* name, const Word (&words)[size]) {
        const std::string* const given = find(name);
        return given == nullptr ? std::nullopt : word(name, *given, words);
    }
    /// "a,b"; "all" and nothing are an empty list.
    template <class Word, std::size_t size>
    std::vector<Word> choices(const char* name, const Word (&words)[size]) {
        std::vector<Word> chosen;
        const std::string* const given = find(name);
        if (given == nullptr || *given == "all") return chosen;
        for (std::size_t from = 0; from <= given->size();) {
            const auto comma = std::min(given->find(',', from), given->size());
            if (const auto one = word(name, given->substr(from, comma - from), words))
                chosen.push_back(*one);
            from = comma + 1;
        }
        return chosen;
    }
    WallTime instant(const char* name, WallTime otherwise) {
        const std::string* const given = find(name);
        if (given == nullptr) return otherwise;
        const auto parsed = parse_iso8601(*given);
        if (!parsed) complain(fmt::format("'{}' must look like 2026-11-21T07:46:56Z", name));
        return parsed.value_or(otherwise);
    }
    void complain(std::string text) {
        if (mistake_.empty()) mistake_ = std::move(text);
    }
    /// The first mistake, or a parameter that nobody has asked for.
    std::string mistake() const {
        if (!mistake_.empty()) return mistake_;
        for (const auto& [name, value] : target_.query)
            if (std::ranges::find(known_, name) == known_.end())
                return fmt::format("'{}' is no parameter of this; there are {}", name,
                                   fmt::join(known_, ", "));
        return {};
    }

private:
    template <class Word, std::size_t size>
    std::optional<Word> word(const char* name, const std::string& given,
                             const Word (&words)[size]) {
        std::string all;
        for (const Word one : words) {
            if (given == to_string(one)) return one;
            all += fmt::format("{}{}", all.empty() ? "" : ", ", to_string(one));
        }
        complain(fmt::format("'{}' must be one of {}", name, all));
        return std::nullopt;
    }

    const Target& target_;
    std::vector<std::string> known_;
    std::string mistake_;
};

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
    const std::string* const nodes = from.find("nodes");
    const std::string* const partition = from.find("partition");
    const std::string* const device = from.find("device");
    if ((nodes != nullptr) + (partition != nullptr) + (device != nullptr) > 1)
        return from.complain("'nodes', 'partition' and 'device' exclude each other");
    if (device != nullptr) query.devices = {*device};
    if (nodes == nullptr && partition == nullptr) return;
    if (query.kind.value_or(DeviceKind::node) != DeviceKind::node)
        return from.complain("'nodes' and 'partition' go with no other 'kind' than node");
    query.kind = DeviceKind::node;
    if (partition != nullptr) {
        query.devices = nodes_of_partition(now, *partition);
        if (query.devices.empty())
            from.complain(fmt::format("no node of a partition '{}' is known now", *partition));
        return;
    }
    auto names = expand_nodeset(*nodes);
    if (!names) return from.complain(names.error().text);
    if (names->empty()) return from.complain("'nodes' names no node");
    query.devices = std::move(*names);
}

}  // namespace

Result<SeriesQuestion> parse_series_question(const Target& target, const Snapshot& now) {
    Parameters from{target};
    SeriesQuestion question;
    SampleQuery& query = question.query;
    read_devices(from, now, query);
    query.quantities = from.choices("quantity", quantities);
    if (!target.query.contains("quantity")) query.quantities = {Quantity::power_watts};
    query.parts = from.choices("part", parts);
    if (!target.query.contains("part")) query.parts = {Part::total};
    if (const std::string* const name = from.find("name")) query.part_names = {*name};
    query.to = from.instant("until", Instant::now().wall);
    query.from = from.instant("since", query.to - std::chrono::hours{1});
    if (query.from >= query.to) from.complain("'since' must be before 'until'");
    query.resolution = from.choice("resolution", resolutions).value_or(Resolution::automatic);
    question.format = from.choice("format", formats).value_or(SeriesFormat::json);
    if (auto mistake = from.mistake(); !mistake.empty()) return fail(Fault::invalid, mistake);
    return question;
}

}  // namespace frugald
