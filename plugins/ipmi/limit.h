#pragma once

#include <memory>

#include "daemon/ports/actuator.h"
#include "plugins/ipmi/bmc.h"
#include "plugins/ipmi/message.h"

namespace frugald::ipmi {

/// One way to limit a node's power through its BMC. No way knows an exception action but "none"
/// (safety.md N6). Fault::unsupported: this BMC never will.
class PowerLimiter {
public:
    virtual ~PowerLimiter() = default;
    virtual asio::awaitable<Result<CapReading>> read() = 0;
    /// Set and activate. Correction time and statistics period stay what they are on the BMC.
    virtual asio::awaitable<Result<void>> set(std::uint16_t watts) = 0;
    virtual asio::awaitable<Result<void>> release() = 0;
};

/// DCMI Set and Activate Power Limit.
std::unique_ptr<PowerLimiter> dcmi_limiter(Bmc& bmc);
/// A policy of frugald's own in the Node Manager at `target`.
std::unique_ptr<PowerLimiter> node_manager_limiter(Bmc& bmc, Target target);

inline constexpr std::uint32_t usual_correction_ms = 1000;
inline constexpr std::uint16_t usual_period_s = 1;

/// The BMC's no, in words: `why` explains the completion code.
tl::unexpected<Error> refusal(const Bmc& bmc, const char* what, const Answer& answer,
                              const std::string& why);

}  // namespace frugald::ipmi
