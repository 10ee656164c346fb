#include "daemon/export/json.h"
#include "daemon/export/json_values.h"

namespace frugald::json {

namespace {

/// The object for `name` in `list`, made when it is not there yet.
Json& entry(Json& list, const std::string& name) {
    for (Json& known : list)
        if (known["name"] == name) return known;
    list.push_back(Json{{"name", name}});
    return list.back();
}

const char* list_of(Part part) {
    switch (part) {
        case Part::line:
            return "lines";
        case Part::branch:
            return "branches";
        case Part::outlet:
            return "outlets";
        default:
            return "sensors";
    }
}

Json device_json(const Device& device, const Snapshot& now) {
    Json json{
        {"name", device.name},
        {"kind", to_string(device.kind)},
        {"model", text_or_null(device.model)},
        {"reachable", device.reachable},
        {"last_answer", time_or_null(device.last_answer)},
        {"age_s", device.last_answer ? Json(Seconds{now.at.wall - *device.last_answer}.count())
                                     : Json(nullptr)},
        {"failure", text_or_null(device.failure)},
        {"total", Json::object()},
        {"lines", Json::array()},
        {"branches", Json::array()},
        {"outlets", Json::array()},
        {"sensors", Json::array()}};
    for (const PartMeasurement& part : device.parts) {
        Json& place =
            part.part == Part::total ? json["total"] : entry(json[list_of(part.part)], part.name);
        const bool stale = part.measured.quality == Quality::stale;
        place[to_string(part.quantity)] = stale ? Json(nullptr) : Json(part.measured.value);
    }
    for (Json& outlet : json["outlets"]) {
        const auto fed = device.outlet_nodes.find(outlet["name"].get<std::string>());
        outlet["node"] = fed == device.outlet_nodes.end() ? Json(nullptr) : Json(fed->second);
    }
    return json;
}

}  // namespace

std::string devices(const Snapshot& now) {
    Json pdus = Json::array();
    Json meters = Json::array();
    for (const auto& [name, device] : now.devices)
        (device.kind == DeviceKind::meter ? meters : pdus).push_back(device_json(device, now));
    return dump({{"schema", schema},
                 {"at", iso8601(now.at.wall)},
                 {"pdus", std::move(pdus)},
                 {"meters", std::move(meters)}});
}

}  // namespace frugald::json
