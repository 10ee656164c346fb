#include "plugins/snmp/profile/expected.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

namespace frugald::snmp::profile {

namespace {

struct Kind {
    std::string_view sensor_class;
    std::string_view name;
    double factor;  // to the base unit
};
constexpr Kind kinds[] = {{"power", "power", 1},
                          {"current", "current", 1},
                          {"voltage", "voltage", 1},
                          {"power_consumed", "energy", 3.6e6}};

std::optional<Sensor> sensor_of(const nlohmann::json& entry) {
    const auto text = [&](const char* key) {
        const auto found = entry.find(key);
        return found != entry.end() && found->is_string() ? found->get<std::string>() : "";
    };
    const auto current = entry.find("sensor_current");
    const auto oid = parse_oid(text("sensor_oid"));
    if (!oid || current == entry.end() || !current->is_number()) return std::nullopt;
    const auto sensor_class = text("sensor_class");
    for (const auto& kind : kinds)
        if (kind.sensor_class == sensor_class)
            return Sensor{std::string{kind.name}, *oid, current->get<double>() * kind.factor};
    return std::nullopt;
}

/// `sensors` of the section that counts; null without one.
const nlohmann::json* sensors_of(const nlohmann::json& json) {
    if (!json.is_object() || !json.contains("sensors")) return nullptr;
    const auto& sensors = json["sensors"];
    for (const char* section : {"poller", "discovery"})
        if (sensors.is_object() && sensors.contains(section) && sensors[section].is_object() &&
            sensors[section].contains("sensors") && sensors[section]["sensors"].is_array())
            return &sensors[section]["sensors"];
    return nullptr;
}

std::string_view take_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    const auto word = line.substr(0, std::min(line.find_first_of(" \t\r"), line.size()));
    line.remove_prefix(word.size());
    return word;
}

bool equal(double left, double right) {
    return std::abs(left - right) <= 1e-6 * std::max(std::abs(left), std::abs(right)) + 1e-9;
}

/// By what they are and where they stand: positions in the plan.
using Items = std::map<std::pair<std::string, Oid>, std::size_t>;

std::string kind_of(Quantity quantity) {
    switch (quantity) {
        case Quantity::power_watts:
            return "power";
        case Quantity::current_amperes:
            return "current";
        case Quantity::voltage_volts:
            return "voltage";
        default:
            return "energy";
    }
}

/// Of a row that is chosen by its name.
std::string name_of(const Oid& oid, const Profile& profile, const Recording& recording) {
    for (const auto& table : profile.tables)
        for (const auto& column : table.columns)
            if (column.picked_name && starts_with(oid, column.oid))
                return recording
                    .value(join(*table.naming.column, std::span{oid}.subspan(column.oid.size())))
                    .text;
    return "";
}

std::string reason_for(const Sensor& sensor, const Look& look, const Recording& recording,
                       const std::vector<Exception>& exceptions, std::string_view name) {
    for (const auto& exception : exceptions)
        if ((exception.recording == "*" || exception.recording == name) &&
            starts_with(sensor.oid, exception.oid))
            return exception.reason;
    for (const auto& [oid, reason] : look.profile->left_out)
        if (starts_with(sensor.oid, oid)) return reason;
    const auto row = name_of(sensor.oid, *look.profile, recording);
    for (const auto& left_out : look.profile->left_out_names)
        if (left_out.name.found_in(row)) return left_out.reason;
    if (recording.value(sensor.oid).kind == Value::Kind::absent) return "not in the recording";
    return "";
}

/// Empty when it matches.
std::string difference(const Sensor& sensor, const Look& look, const Items& items) {
    const auto found = items.find({sensor.kind, sensor.oid});
    if (found == items.end()) return "the profile does not read it";
    const auto& item = look.plan.items[found->second];
    const auto value = item.measured(look.values[found->second]);
    if (!value) return "read as not available";
    if (equal(*value, sensor.value)) return "";
    return fmt::format("read as {:.9g}", *value);
}

bool says_unavailable(const Sensor& sensor, const Items& items, const Recording& recording) {
    const auto value = recording.value(sensor.oid);
    return items.contains({sensor.kind, sensor.oid}) && value.kind == Value::Kind::number &&
           value.number < 0;
}

}  // namespace

Result<std::vector<Sensor>> read_expected(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const auto* entries = json.is_discarded() ? nullptr : sensors_of(json);
    if (!entries)
        return fail(Fault::unparsable,
                    "it holds no expected values: sensors.poller.sensors or "
                    "sensors.discovery.sensors, as LibreNMS's test data has them");
    std::vector<Sensor> sensors;
    for (const auto& entry : *entries)
        if (entry.is_object())
            if (auto sensor = sensor_of(entry)) sensors.push_back(*std::move(sensor));
    return sensors;
}

Result<std::vector<Exception>> read_exceptions(std::string_view text) {
    std::vector<Exception> exceptions;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto recording = take_word(line);
        if (recording.empty() || recording.front() == '#') continue;
        const auto oid = parse_oid(take_word(line));
        line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
        if (!oid || line.empty())
            return fail(Fault::invalid,
                        fmt::format("line {}: it shall be 'RECORDING OID REASON'", number));
        exceptions.push_back({std::string{recording}, *oid, std::string{line}});
    }
    return exceptions;
}

Comparison compare(const Look& look, const Recording& recording, const std::vector<Sensor>& sensors,
                   const std::vector<Exception>& exceptions, std::string_view name) {
    Items items;
    for (std::size_t i = 0; i < look.plan.items.size(); ++i)
        items[{kind_of(look.plan.items[i].column->quantity), look.plan.items[i].oid}] = i;
    Comparison comparison;
    for (const auto& sensor : sensors) {
        const auto wrong = difference(sensor, look, items);
        auto reason = reason_for(sensor, look, recording, exceptions, name);
        if (reason.empty() && says_unavailable(sensor, items, recording))
            reason = "the device says not available";
        if (!wrong.empty() && !reason.empty()) {
            comparison.excepted.push_back({sensor, reason});
            continue;
        }
        auto& count = comparison.counts[sensor.kind];
        ++count.total;
        if (wrong.empty())
            ++count.matched;
        else
            comparison.wrong.push_back({sensor, wrong});
    }
    return comparison;
}

}  // namespace frugald::snmp::profile
