#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ports/actuator.h"
#include "plugins/redfish/json.h"

/// What single Redfish resources say, without asking anybody. Property names: DMTF DSP2046.
namespace frugald::redfish {

/// ComputerSystem.
struct SystemFacts {
    Chassis chassis = Chassis::unknown;  // PowerState On or Off; anything else is unknown
    /// Hexadecimal digits; none if absent or one of those that whole series of boards share.
    std::optional<std::string> uuid;
    std::optional<std::string> reset_target;
    std::vector<std::string> reset_types;   // ResetType@Redfish.AllowableValues
    std::optional<std::string> reset_info;  // ActionInfo that lists them instead
    std::optional<std::string> bios;
    std::vector<std::string> chassis_links, manager_links;
};
SystemFacts read_system(const Document& system);
/// The UUID of any resource, as above.
std::optional<std::string> read_uuid(const Document& resource);
/// The AllowableValues of ResetType in an ActionInfo.
std::vector<std::string> read_reset_info(const Document& action_info);
/// The first of those that this command may use; none: the BMC cannot do it.
std::optional<std::string> choose_reset(PowerCommand command,
                                        const std::vector<std::string>& types);

/// Input watts of one power supply.
struct Supply {
    std::string name;
    double watts = 0;
};

/// What a resource says about the power of the whole node.
struct PowerFacts {
    std::optional<double> watts;
    std::optional<double> average_watts;  // over a minute at most
    std::optional<double> energy_joules;
    std::vector<Supply> supplies;
};
/// EnvironmentMetrics of a chassis.
PowerFacts read_environment(const Document& environment);
/// Power of a chassis: of several PowerControl members the node's own, never a sum. `system`: its
/// path, which tells the nodes of one enclosure apart; may be empty.
PowerFacts read_power(const Document& power, std::string_view system);
/// Sensor; watts only if it measures power.
PowerFacts read_sensor(const Document& sensor);
/// PowerSupplyMetrics, PowerSupply.
std::optional<double> read_supply_input(const Document& metrics);

/// The index of the node's own member of PowerControl; none: there is none.
std::optional<std::size_t> node_member(const Document& power, std::string_view system);

/// Whether that member says by RelatedItem that it is this system's.
bool is_own_member(const Document& power, std::string_view system);

/// Where a limit is written, which is also how it is read.
enum class LimitKind { environment, control, power };
std::string_view to_string(LimitKind kind);

/// The power limit of one resource.
struct LimitFacts {
    CapReading reading;
    bool hard_power_off = false;  // LimitException: above the limit the node is cut off (N6)
    bool has_exception = false;
};
/// None: this resource limits no power of the whole node.
std::optional<LimitFacts> read_limit(LimitKind kind, const Document& document,
                                     std::string_view system);

/// Attributes of Bios; values that are objects are read by their current_value (HPE Cray EX).
std::map<std::string, std::string> read_bios_attributes(const Document& bios);
/// Those of them that change what a node draws (docs/redfish.md), and `also`.
std::map<std::string, std::string> energy_attributes(
    const std::map<std::string, std::string>& attributes,
    const std::map<std::string, std::string>& also);

}  // namespace frugald::redfish
