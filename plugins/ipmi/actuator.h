#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "daemon/ports/actuator.h"
#include "plugins/ipmi/bmc.h"
#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/limit.h"
#include "plugins/ipmi/sensors.h"

namespace frugald::ipmi {

using Bmcs = std::unordered_map<std::string, std::unique_ptr<Bmc>>;

/// Power and power limits through the BMCs. Commands overtake all polling of their BMC.
class BmcActuator : public Actuator {
public:
    BmcActuator(const Bmcs& bmcs, SensorTables& tables) : bmcs_(bmcs), tables_(tables) {}

    bool reaches(std::string_view node) const override;
    asio::awaitable<Result<Chassis>> chassis(std::string node) override;
    /// On and off are sent again when unanswered, which does no harm; soft and cycle once, after
    /// a question that proves the session to be alive.
    asio::awaitable<Result<void>> power(std::string node, PowerCommand command,
                                        StillWanted still_wanted) override;
    asio::awaitable<Result<CapReading>> cap(std::string node) override;
    /// By DCMI where Get Power Limit is answered, else by Intel's Node Manager where the sensor
    /// repository names one; decided once per session. Correction time and statistics period stay
    /// what they are on the BMC.
    asio::awaitable<Result<void>> set_cap(std::string node, Watts limit) override;
    asio::awaitable<Result<void>> release_cap(std::string node) override;
    unsigned session(std::string_view node) const override;
    std::optional<std::string> identity(std::string_view node) const override;

private:
    struct Chosen {
        unsigned session = 0;
        std::shared_ptr<PowerLimiter> limiter;
    };
    Result<Bmc*> find(const std::string& node) const;
    asio::awaitable<Result<std::shared_ptr<PowerLimiter>>> limiter(std::string node);
    asio::awaitable<Result<std::shared_ptr<PowerLimiter>>> choose(Bmc& bmc);

    const Bmcs& bmcs_;
    SensorTables& tables_;
    std::unordered_map<std::string, Chosen> limiters_;
};

}  // namespace frugald::ipmi
