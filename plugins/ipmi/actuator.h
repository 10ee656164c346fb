#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "daemon/ports/actuator.h"
#include "plugins/ipmi/bmc.h"
#include "plugins/ipmi/commands.h"

namespace frugald::ipmi {

using Bmcs = std::unordered_map<std::string, std::unique_ptr<Bmc>>;

/// Power and power limits through the BMCs. Commands overtake all polling of their BMC.
class BmcActuator : public Actuator {
public:
    explicit BmcActuator(const Bmcs& bmcs) : bmcs_(bmcs) {}

    bool reaches(std::string_view node) const override;
    asio::awaitable<Result<Chassis>> chassis(std::string node) override;
    /// On and off are sent again when unanswered, which does no harm; soft and cycle once, after
    /// a question that proves the session to be alive.
    asio::awaitable<Result<void>> power(std::string node, PowerCommand command,
                                        StillWanted still_wanted) override;
    asio::awaitable<Result<CapReading>> cap(std::string node) override;
    /// Correction time and statistics period stay what they are on the BMC.
    asio::awaitable<Result<void>> set_cap(std::string node, Watts limit) override;
    asio::awaitable<Result<void>> release_cap(std::string node) override;

private:
    Result<Bmc*> find(const std::string& node) const;

    const Bmcs& bmcs_;
};

}  // namespace frugald::ipmi
