#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "plugins/redfish/bmc.h"
#include "plugins/redfish/layout.h"

namespace frugald::redfish {

/// A node: one system of one BMC. BMCs of blades have several.
struct Machine {
    Bmc& bmc;
    std::shared_ptr<const Group> group;
    std::string node;
    std::string wanted_system;  // empty: the only one

    std::optional<Layout> layout{};
    unsigned layout_returns = 0;  // bmc.returns() when it was made
    std::chrono::steady_clock::time_point look_again_at{};
    std::optional<std::string> uuid{};  // as last seen
};

using Machines = std::unordered_map<std::string, std::unique_ptr<Machine>>;

/// Makes sure that the layout is known: after the start, after a silence, and now and then where no
/// power was found.
asio::awaitable<Result<void>> know_layout(Machine& machine, Sending sending);

/// Asks for the system now and notes its UUID. Fault::unsupported where the BMC has none.
asio::awaitable<Result<SystemFacts>> ask_system(Machine& machine, Sending sending);

}  // namespace frugald::redfish
