// Bios: the attributes that change what a node draws.

#include <algorithm>
#include <array>

#include "plugins/redfish/documents.h"

namespace frugald::redfish {
namespace {

// As the makers call them, in lower case without spaces: Dell, HPE, HPE Cray EX, Lenovo, DMTF's
// example, Intel.
constexpr std::array<std::string_view, 27> known_attributes{
    "sysprofile",
    "procpwrperf",
    "proccstates",
    "procturbomode",
    "workloadprofile",
    "determinismslider",
    "apbdis",
    "controlledturbo",
    "efficiencyoptimizedmode",
    "powerregulator",
    "minprocidlepower",
    "minprocidlepkgstate",
    "determinismcontrol",
    "performancedeterminism",
    "packagepowerlimitcontrolmode",
    "packagepowerlimitvalue",
    "datafabriccstateenable",
    "procamdboost",
    "dfcstatescontrol",
    "coreperformanceboost",
    "powerprofile",
    "operatingmodes_chooseoperatingmode",
    "operatingmodes.chooseoperatingmode",
    "turbomode",
    "packagecstate",
    "processorpowerpolicy",
    "energyefficientturbo",
};

std::string as_known(std::string_view name) {
    std::string known = lower_case(name);
    std::erase(known, ' ');
    return known;
}

}  // namespace

std::map<std::string, std::string> read_bios_attributes(const Document& bios) {
    std::map<std::string, std::string> found;
    const json::value* attributes = find(bios, "Attributes");
    const auto* object = attributes ? attributes->if_object() : nullptr;
    if (!object) return found;
    for (const auto& [name, value] : *object) {
        const json::value* current = value.is_object() ? find(&value, "current_value") : &value;
        if (auto content = scalar(current))
            found.emplace(std::string(name.data(), name.size()), *std::move(content));
    }
    return found;
}

std::map<std::string, std::string> energy_attributes(
    const std::map<std::string, std::string>& attributes,
    const std::map<std::string, std::string>& also) {
    std::map<std::string, std::string> found;
    for (const auto& [name, value] : attributes)
        if (also.count(name) > 0 || std::ranges::count(known_attributes, as_known(name)) > 0)
            found.emplace(name, value);
    return found;
}

}  // namespace frugald::redfish
