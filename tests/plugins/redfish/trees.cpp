#include "tests/plugins/redfish/trees.h"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <fstream>
#include <set>

namespace frugald::test {
namespace {

namespace fs = std::filesystem;
constexpr const char* root_path = "/redfish/v1";

std::string collection_of(const std::set<std::string>& members) {
    std::string list;
    for (const auto& member : members)
        list += fmt::format(R"({}{{"@odata.id":"{}"}})", list.empty() ? "" : ",", member);
    return R"({"Members":[)" + list + "]}";
}

json::value read_json(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    json::error_code failed;
    json::value resource = json::parse(text, failed);
    return failed ? json::value() : resource;
}

std::string path_of(const fs::path& folder, const fs::path& file, const json::value& resource) {
    if (file.filename() == "index.json") {
        const std::string below = fs::relative(file.parent_path(), folder).string();
        return below == "." ? root_path : root_path + std::string("/") + below;
    }
    const auto* object = resource.if_object();
    const auto* id = object ? object->if_contains("@odata.id") : nullptr;
    return id && id->is_string() ? std::string(id->get_string().c_str()) : std::string{};
}

}  // namespace

Tree bare_tree() {
    Tree tree;
    tree.add(root_path,
             R"({"@odata.id":"/redfish/v1/","Systems":{"@odata.id":"/redfish/v1/Systems"},
        "Chassis":{"@odata.id":"/redfish/v1/Chassis"},
        "Links":{"Sessions":{"@odata.id":"/redfish/v1/SessionService/Sessions"}}})");
    tree.add("/redfish/v1/Systems", R"({"Members":[{"@odata.id":"/redfish/v1/Systems/1"}]})");
    tree.add(system_path, R"({"@odata.id":"/redfish/v1/Systems/1","Id":"1","PowerState":"On",
        "UUID":"00112233-4455-6677-8899-AABBCCDDEEFF",
        "Bios":{"@odata.id":"/redfish/v1/systems/1/bios"},
        "Links":{"Chassis":[{"@odata.id":"/redfish/v1/Chassis/1"}]},
        "Actions":{"#ComputerSystem.Reset":{
            "target":"/redfish/v1/Systems/1/Actions/ComputerSystem.Reset",
            "ResetType@Redfish.AllowableValues":["On","ForceOff","GracefulShutdown","ForceRestart",
                "PushPowerButton","PowerCycle"]}}})");
    tree.add("/redfish/v1/Chassis", R"({"Members":[{"@odata.id":"/redfish/v1/Chassis/1"}]})");
    tree.add(chassis_path, R"({"@odata.id":"/redfish/v1/Chassis/1","ChassisType":"RackMount",
        "Power":{"@odata.id":"/redfish/v1/Chassis/1/Power"},
        "EnvironmentMetrics":{"@odata.id":"/redfish/v1/Chassis/1/EnvironmentMetrics"},
        "Controls":{"@odata.id":"/redfish/v1/Chassis/1/Controls"},
        "PowerSubsystem":{"@odata.id":"/redfish/v1/Chassis/1/PowerSubsystem"},
        "Sensors":{"@odata.id":"/redfish/v1/Chassis/1/Sensors"}})");
    return tree;
}

Tree environment_tree() {
    Tree tree = bare_tree();
    tree.add(environment_path, R"({"@odata.id":"/redfish/v1/Chassis/1/EnvironmentMetrics",
        "PowerWatts":{"Reading":350.5},"EnergykWh":{"Reading":12.5},
        "PowerLimitWatts":{"SetPoint":500,"AllowableMin":200,"AllowableMax":800,
            "ControlMode":"Disabled"}})");
    return tree;
}

Tree power_tree(const std::string& power_control) {
    Tree tree = bare_tree();
    tree.add(power_path,
             R"({"@odata.id":"/redfish/v1/Chassis/1/Power","PowerControl":)" + power_control + "}");
    return tree;
}

Tree blade_tree() {
    Tree tree = bare_tree();
    tree.add(power_path, R"({"@odata.id":"/redfish/v1/Chassis/1/Power","Voltages":[]})");
    tree.add("/redfish/v1/Chassis/1/Sensors", R"({"Members":[
        {"@odata.id":"/redfish/v1/Chassis/1/Sensors/CPU0Power"},
        {"@odata.id":"/redfish/v1/Chassis/1/Sensors/ChassisVoltageRegulator0InputPower"}]})");
    tree.add("/redfish/v1/Chassis/1/Sensors/CPU0Power",
             R"({"Reading":77,"ReadingType":"Power","ReadingUnits":"W"})");
    tree.add("/redfish/v1/Chassis/1/Sensors/ChassisVoltageRegulator0InputPower",
             R"({"Reading":436,"ReadingType":"Power","ReadingUnits":"W"})");
    tree.add("/redfish/v1/Chassis/1/Controls", R"({"Members":[
        {"@odata.id":"/redfish/v1/Chassis/1/Controls/Accelerator0PowerLimit"},
        {"@odata.id":"/redfish/v1/Chassis/1/Controls/NodePowerLimit"}]})");
    tree.add("/redfish/v1/Chassis/1/Controls/Accelerator0PowerLimit",
             R"({"ControlType":"Power","PhysicalContext":"Accelerator","SetPoint":0,
                 "ControlMode":"Disabled","SettingRangeMin":100,"SettingRangeMax":500})");
    tree.add(control_path, R"({"ControlType":"Power","PhysicalContext":"Chassis","SetPoint":0,
        "ControlMode":"Disabled","ControlDelaySeconds":6,"SettingRangeMin":300,
        "SettingRangeMax":900,"Oem":{"Hpe":{"LimitException":"NoAction",
        "PowerAllocatedWatts":"900"}}})");
    return tree;
}

Tree recorded_tree(const fs::path& folder) {
    Tree tree;
    std::set<std::string> systems, chassis;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        json::value resource = read_json(entry.path());
        const std::string path = redfish::plain_path(path_of(folder, entry.path(), resource));
        if (path.empty() || !resource.is_object()) continue;
        // /redfish/v1/Systems/ID/..., /redfish/v1/Chassis/ID/...
        for (auto& [kind, found] : {std::pair{"/redfish/v1/Systems/", &systems},
                                    std::pair{"/redfish/v1/Chassis/", &chassis}})
            if (path.starts_with(kind))
                found->insert(path.substr(0, path.find('/', std::string_view(kind).size())));
        tree.put(path, std::move(resource));
    }
    if (!tree.find("/redfish/v1/Systems")) tree.add("/redfish/v1/Systems", collection_of(systems));
    if (!tree.find("/redfish/v1/Chassis")) tree.add("/redfish/v1/Chassis", collection_of(chassis));
    return tree;
}

fs::path recordings() {
    return fs::path(FRUGALD_SOURCE_DIR) / ".." / "shared" / "recordings" / "redfish";
}

}  // namespace frugald::test
