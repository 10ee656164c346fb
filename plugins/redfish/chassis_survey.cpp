#include "plugins/redfish/chassis_survey.h"

#include <algorithm>
#include <array>

namespace frugald::redfish {
namespace {

constexpr std::size_t most_supplies = 16;
constexpr std::size_t most_controls = 8;

// Sensors that measure what goes into the whole node or chassis, best first, in lower case.
constexpr std::array<std::string_view, 5> node_sensors{
    "chassisvoltageregulator0inputpower",  // HPE Cray EX
    "totalpower", "total_power", "nodepower", "systempower"};

asio::awaitable<Result<std::vector<std::string>>> linked_members(Bmc& bmc, Sending sending,
                                                                 const json::value* collection) {
    std::vector<std::string> none;
    const auto path = link(collection);
    if (!path) co_return none;
    const Result<Document> document = co_await get_if_there(bmc, sending, *path);
    if (!document) co_return tl::unexpected(document.error());
    co_return links(find(*document, "Members"));
}

asio::awaitable<Result<void>> survey_environment(Bmc& bmc, Sending sending, std::string path,
                                                 Layout& layout) {
    const Result<Document> found = co_await get_if_there(bmc, sending, path);
    if (!found) co_return tl::unexpected(found.error());
    if (read_environment(*found).watts) layout.environment = path;
    if (!layout.limit_kind && read_limit(LimitKind::environment, *found, layout.system)) {
        layout.limit_kind = LimitKind::environment;
        layout.limit = path;
    }
    co_return Result<void>{};
}

/// `shared`: the chassis holds other systems too; then only a member that is the node's own counts.
asio::awaitable<Result<void>> survey_power(Bmc& bmc, Sending sending, std::string path, bool shared,
                                           Layout& layout) {
    const Result<Document> found = co_await get_if_there(bmc, sending, path);
    if (!found) co_return tl::unexpected(found.error());
    if (shared && !is_own_member(*found, layout.system)) co_return Result<void>{};
    PowerFacts facts = read_power(*found, layout.system);
    if (shared) facts.supplies.clear();
    layout.power_has_watts = facts.watts || facts.average_watts;
    if (layout.power_has_watts || !facts.supplies.empty()) layout.power = path;
    if (!layout.limit_kind && read_limit(LimitKind::power, *found, layout.system)) {
        layout.limit_kind = LimitKind::power;
        layout.limit = path;
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> try_sensor(Bmc& bmc, Sending sending, std::string path,
                                         Layout& layout) {
    const Result<Document> sensor = co_await get_if_there(bmc, sending, path);
    if (!sensor) co_return tl::unexpected(sensor.error());
    if (read_sensor(*sensor).watts) layout.sensor = path;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> survey_sensors(Bmc& bmc, Sending sending, const Document& chassis,
                                             Layout& layout) {
    const Result<std::vector<std::string>> sensors =
        co_await linked_members(bmc, sending, find(chassis, "Sensors"));
    if (!sensors) co_return tl::unexpected(sensors.error());
    for (const std::string_view name : node_sensors)
        for (const auto& path : *sensors) {
            if (lower_case(last_part(path)) != name) continue;
            const Result<void> tried = co_await try_sensor(bmc, sending, path, layout);
            if (!tried || !layout.sensor.empty()) co_return tried;
        }
    co_return Result<void>{};
}

// An EX blade has a limit per accelerator beside the node's.
bool may_limit_node(const std::string& path) {
    const std::string name = lower_case(last_part(path));
    const auto has = [&name](std::string_view part) {
        return name.find(part) != std::string::npos;
    };
    return has("power") && !has("accelerator") && !has("gpu") && !has("cpu") && !has("memory");
}

asio::awaitable<Result<void>> survey_controls(Bmc& bmc, Sending sending, const Document& chassis,
                                              Layout& layout) {
    Result<std::vector<std::string>> controls =
        co_await linked_members(bmc, sending, find(chassis, "Controls"));
    if (!controls) co_return tl::unexpected(controls.error());
    std::erase_if(*controls, [](const auto& path) { return !may_limit_node(path); });
    if (controls->size() > most_controls) controls->resize(most_controls);
    for (const auto& path : *controls) {
        const Result<Document> control = co_await get_if_there(bmc, sending, path);
        if (!control) co_return tl::unexpected(control.error());
        if (!read_limit(LimitKind::control, *control, layout.system)) continue;
        layout.limit_kind = LimitKind::control;
        layout.limit = path;
        // What the limit is held against is the node's power.
        const auto sensor = link(find(find(*control, "Sensor"), "DataSourceUri"));
        if (!sensor) break;
        co_return co_await try_sensor(bmc, sending, *sensor, layout);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> survey_supplies(Bmc& bmc, Sending sending, const Document& chassis,
                                              Layout& layout) {
    const auto subsystem_path = link(find(chassis, "PowerSubsystem"));
    if (!subsystem_path) co_return Result<void>{};
    const Result<Document> subsystem = co_await get_if_there(bmc, sending, *subsystem_path);
    if (!subsystem) co_return tl::unexpected(subsystem.error());
    Result<std::vector<std::string>> supplies =
        co_await linked_members(bmc, sending, find(*subsystem, "PowerSupplies"));
    if (!supplies) co_return tl::unexpected(supplies.error());
    if (supplies->size() > most_supplies) supplies->resize(most_supplies);
    for (const auto& path : *supplies) {
        const Result<Document> supply = co_await get_if_there(bmc, sending, path);
        if (!supply) co_return tl::unexpected(supply.error());
        const auto metrics_path = link(find(*supply, "Metrics"));
        if (!metrics_path) continue;
        const Result<Document> metrics = co_await get_if_there(bmc, sending, *metrics_path);
        if (!metrics) co_return tl::unexpected(metrics.error());
        if (read_supply_input(*metrics)) layout.supplies.push_back(*metrics_path);
    }
    co_return Result<void>{};
}

/// Where a resource of the chassis is. A chassis that is itself missing from the tree may still
/// have it at the usual place (Intel's Chassis/RackMount/Baseboard).
std::string place(const Document& chassis, const std::string& path, std::string_view key) {
    if (auto linked = link(find(chassis, key))) return *std::move(linked);
    return chassis.empty() ? plain_path(path) + '/' + std::string(key) : std::string{};
}

}  // namespace

asio::awaitable<Result<Document>> get_if_there(Bmc& bmc, Sending sending, std::string path) {
    Result<Reply> reply = co_await bmc.get(std::move(path), sending);
    if (reply) co_return std::move(reply->document);
    const Fault fault = reply.error().fault;
    const bool gone =
        fault == Fault::unsupported || fault == Fault::unparsable || fault == Fault::refused;
    if (gone) co_return Document{};
    co_return tl::unexpected(reply.error());
}

asio::awaitable<Result<void>> survey_chassis(Bmc& bmc, Sending sending, std::string path,
                                             Layout& layout) {
    const Result<Document> chassis = co_await get_if_there(bmc, sending, path);
    if (!chassis) co_return tl::unexpected(chassis.error());
    const std::string power = place(*chassis, path, "Power");
    // Of an enclosure of several nodes only a PowerControl of the node's own is the node's.
    const bool shared = links(find(find(*chassis, "Links"), "ComputerSystems")).size() > 1;
    if (shared) {
        if (power.empty()) co_return Result<void>{};
        co_return co_await survey_power(bmc, sending, power, true, layout);
    }
    Result<void> done;
    const std::string environment = place(*chassis, path, "EnvironmentMetrics");
    if (!environment.empty()) done = co_await survey_environment(bmc, sending, environment, layout);
    if (done && !layout.limit_kind) done = co_await survey_controls(bmc, sending, *chassis, layout);
    const bool needed = layout.environment.empty() || !layout.limit_kind;
    if (done && needed && !power.empty())
        done = co_await survey_power(bmc, sending, power, false, layout);
    if (done && !layout.has_watts()) done = co_await survey_sensors(bmc, sending, *chassis, layout);
    if (done) done = co_await survey_supplies(bmc, sending, *chassis, layout);
    co_return done;
}

}  // namespace frugald::redfish
