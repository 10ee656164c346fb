#pragma once

#include "plugins/redfish/machine.h"

namespace frugald::redfish {

/// Power and power limits through the BMCs. Commands overtake all reading of their BMC.
class RedfishActuator : public Actuator {
public:
    explicit RedfishActuator(const Machines& machines) : machines_(machines) {}

    bool reaches(std::string_view node) const override;
    asio::awaitable<Result<Chassis>> chassis(std::string node) override;
    /// Asks for the system first, which proves connection and login to be alive and the machine to
    /// be the one that was known; then one POST with a reset type that the BMC offers.
    asio::awaitable<Result<void>> power(std::string node, PowerCommand command,
                                        StillWanted still_wanted) override;
    asio::awaitable<Result<CapReading>> cap(std::string node) override;
    asio::awaitable<Result<void>> set_cap(std::string node, Watts limit) override;
    asio::awaitable<Result<void>> release_cap(std::string node) override;
    unsigned session(std::string_view node) const override;
    /// UUID of the system, else of the manager of a BMC with one system.
    std::optional<std::string> identity(std::string_view node) const override;

private:
    Result<Machine*> find(const std::string& node) const;

    const Machines& machines_;
};

}  // namespace frugald::redfish
