#include "plugins/snmp/profile/report.h"

namespace frugald::snmp::profile {

namespace {

Json describe_reading(const NamedReading& reading) {
    return {{"quantity", to_string(reading.quantity)},
            {"part", to_string(reading.part)},
            {"name", reading.name},
            {"value", reading.value}};
}

Json describe_notes(const std::vector<Comparison::Note>& notes) {
    Json list = Json::array();
    for (const auto& note : notes)
        list.push_back({{"kind", note.sensor.kind},
                        {"oid", to_text(note.sensor.oid)},
                        {"expected", note.sensor.value},
                        {"text", note.text}});
    return list;
}

}  // namespace

Json describe(const Look& look, const std::vector<Check>& checks) {
    std::map<std::tuple<Quantity, Part, std::string>, std::string> oids;
    for (std::size_t i = 0; i < look.plan.items.size(); ++i) {
        const auto& item = look.plan.items[i];
        if (item.measured(look.values[i]))
            oids[{item.column->quantity, item.part, item.name}] = to_text(item.oid);
    }
    Json read = Json::array();
    for (const auto& reading : readings(look.plan, look.values)) {
        auto entry = describe_reading(reading);
        const auto oid = oids.find({reading.quantity, reading.part, reading.name});
        entry["oid"] = oid == oids.end() ? Json{} : Json(oid->second);
        read.push_back(std::move(entry));
    }
    Json checked = Json::array();
    for (const auto& check : checks)
        checked.push_back({{"name", check.name}, {"good", check.good}, {"text", check.text}});
    return {{"profile", look.profile->name},
            {"readings", std::move(read)},
            {"checks", std::move(checked)}};
}

Json describe(const Comparison& comparison) {
    Json sensors = Json::object();
    for (const auto& [kind, count] : comparison.counts)
        sensors[kind] = {{"matched", count.matched}, {"total", count.total}};
    return {{"sensors", std::move(sensors)},
            {"wrong", describe_notes(comparison.wrong)},
            {"excepted", describe_notes(comparison.excepted)}};
}

std::string line_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace frugald::snmp::profile
