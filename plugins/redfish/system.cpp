// ComputerSystem, ActionInfo, UUIDs.

#include <algorithm>

#include "plugins/redfish/documents.h"

namespace frugald::redfish {
namespace {

constexpr std::size_t uuid_digits = 32;

// Boards that were never given one of their own.
constexpr std::string_view shared_uuid = "03000200040005000006000700080009";  // AMI's example
constexpr std::string_view swapped_uuid = "00020003000400050006000700080009";

bool is_shared(const std::string& digits) {
    const bool all_alike = digits.find_first_not_of(digits.front()) == std::string::npos;
    return all_alike || digits == shared_uuid || digits == swapped_uuid;
}

Chassis read_state(const Document& system) {
    const auto state = text(find(system, "PowerState"));
    if (state == "On") return Chassis::on;
    if (state == "Off") return Chassis::off;
    return Chassis::unknown;
}

std::vector<std::string> texts(const json::value* list) {
    std::vector<std::string> found;
    const auto* array = list ? list->if_array() : nullptr;
    if (!array) return found;
    for (const auto& element : *array)
        if (auto word = text(&element)) found.push_back(*std::move(word));
    return found;
}

// What may stand for a command, best first. A push of the power button is never sent: what it does
// depends on the state.
std::vector<std::string_view> resets_for(PowerCommand command) {
    switch (command) {
        case PowerCommand::on:
            return {"On", "ForceOn"};
        case PowerCommand::off:
            return {"ForceOff"};
        case PowerCommand::soft:
            return {"GracefulShutdown", "Off"};  // "Off": HPE Cray EX
        case PowerCommand::cycle:
            return {"PowerCycle", "ForceRestart"};
    }
    return {};
}

}  // namespace

std::optional<std::string> read_uuid(const Document& resource) {
    const auto written = text(find(resource, "UUID"));
    if (!written) return std::nullopt;
    std::optional<std::string> digits{std::in_place};
    for (const char c : lower_case(*written)) {
        if (c == '-') continue;
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return std::nullopt;
        *digits += c;
    }
    if (digits->size() != uuid_digits || is_shared(*digits)) digits.reset();
    return digits;
}

SystemFacts read_system(const Document& system) {
    SystemFacts facts;
    facts.chassis = read_state(system);
    facts.uuid = read_uuid(system);
    const json::value* reset = find(find(system, "Actions"), "#ComputerSystem.Reset");
    facts.reset_target = link(find(reset, "target"));
    facts.reset_types = texts(find(reset, "ResetType@Redfish.AllowableValues"));
    facts.reset_info = link(find(reset, "@Redfish.ActionInfo"));
    facts.bios = link(find(system, "Bios"));
    const json::value* related = find(system, "Links");
    facts.chassis_links = links(find(related, "Chassis"));
    facts.manager_links = links(find(related, "ManagedBy"));
    return facts;
}

std::vector<std::string> read_reset_info(const Document& action_info) {
    for (const json::value* parameter : elements(find(action_info, "Parameters")))
        if (text(find(parameter, "Name")) == "ResetType")
            return texts(find(parameter, "AllowableValues"));
    return {};
}

std::optional<std::string> choose_reset(PowerCommand command,
                                        const std::vector<std::string>& types) {
    for (const std::string_view wanted : resets_for(command)) {
        const auto offered = std::ranges::find(types, wanted);
        if (offered != types.end()) return *offered;
    }
    return std::nullopt;
}

}  // namespace frugald::redfish
