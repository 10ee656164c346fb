#pragma once

#include <map>
#include <string>

namespace frugald::redfish {

/// Compares the energy attributes of the nodes' BIOS with what the site wants, else with what most
/// nodes of the same group have, and logs each change of that judgement once.
class BiosWatch {
public:
    using Attributes = std::map<std::string, std::string>;

    /// What was read from a node of this group; `expected` holds for it.
    void take(std::size_t group, const std::string& node, const Attributes& attributes,
              const Attributes& expected);
    /// "WorkloadProfile is X, most nodes of its group have Y", ...; empty: as it should be, or not
    /// known.
    std::string drift(const std::string& node) const;

private:
    struct Known {
        std::size_t group = 0;
        Attributes attributes;
        Attributes expected;
        std::string told;
    };
    /// What more than half of the group's nodes that have the attribute agree upon.
    Attributes usual(std::size_t group) const;
    static std::string judge(const Known& known, const Attributes& most);

    std::map<std::string, Known> nodes_;
};

}  // namespace frugald::redfish
