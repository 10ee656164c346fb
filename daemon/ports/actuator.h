#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/reading.h"
#include "daemon/core/result.h"
#include "daemon/ports/asio.h"

namespace frugald {

enum class PowerCommand { on, off, soft, cycle };

/// The power limit as the BMC reports it.
struct CapReading {
    bool active = false;
    Watts limit{};  // also valid when not active: the value that activation would use
    /// What the BMC says the node can be limited to; absent: it does not say.
    std::optional<Watts> least{}, most{};
    std::chrono::milliseconds correction{0};  // how soon the node is under it; 0: not told
    std::string_view way{};                   // "dcmi", "nm": what was asked
};

/// Asked on the loop thread immediately before every transmission of a command, first and repeated
/// alike. Once it says no, nothing more of that command leaves this machine: a late off is how
/// jobs die (safety.md N2). A command never sent then ends with Fault::cancelled.
using StillWanted = std::function<bool()>;

/// What changes a node through its BMC. Every call bounds its own time and reports the BMC's
/// answer; "accepted" proves nothing, the engine reads back. A command whose outcome is unknown
/// (Fault::timeout) may or may not have happened: commands are never repeated in here.
class Actuator {
public:
    virtual ~Actuator() = default;
    virtual bool reaches(std::string_view node) const = 0;
    /// Asks the BMC now.
    virtual asio::awaitable<Result<Chassis>> chassis(std::string node) = 0;
    virtual asio::awaitable<Result<void>> power(std::string node, PowerCommand command,
                                                StillWanted still_wanted) = 0;
    virtual asio::awaitable<Result<CapReading>> cap(std::string node) = 0;
    /// Set, then activate: nothing is believed to be in force before `cap` has said so. Refused or
    /// unsupported is the BMC's no. The encoder knows no exception action but "none" (safety.md
    /// N6).
    virtual asio::awaitable<Result<void>> set_cap(std::string node, Watts limit) = 0;
    /// Deactivate.
    virtual asio::awaitable<Result<void>> release_cap(std::string node) = 0;
    /// Another number is another session with the BMC: it may have restarted, and a BMC that
    /// restarts forgets limits. 0: nothing is known.
    virtual unsigned session(std::string_view node) const = 0;
    /// The GUID that the node's BMC gave in its last handshake, in hexadecimal (IPMI 2.0, RAKP
    /// message 2; Redfish: the UUID of the system, else of its manager). Absent: no contact yet, or
    /// it has none.
    virtual std::optional<std::string> identity(std::string_view node) const = 0;
};

}  // namespace frugald
