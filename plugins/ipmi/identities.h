#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "daemon/ports/asio.h"
#include "plugins/ipmi/profiles.h"

namespace frugald::ipmi {

class Bmc;

/// Which BMC of a group with `profile = "auto"` has which habits, as far as it was asked.
class Identities {
public:
    explicit Identities(std::shared_ptr<const Profiles> profiles)
        : profiles_(std::move(profiles)) {}

    /// Absent: not asked yet.
    std::optional<DeviceId> device(const std::string& node) const;
    /// The generic ones while the BMC was not asked.
    std::shared_ptr<const Habits> habits(const std::string& node) const;
    /// Says in the log, at level debug, which profile it is.
    void learn(const std::string& node, const DeviceId& device);

private:
    struct Known {
        DeviceId device;
        std::shared_ptr<const Habits> habits;
    };
    std::shared_ptr<const Profiles> profiles_;
    std::unordered_map<std::string, Known> known_;
};

/// Never null. With `profile = "auto"` the generic ones until `identify` has succeeded once, which
/// happens before the first look at the repository. They may change with the BMC: ask each time.
std::shared_ptr<const Habits> habits_of(const Bmc& bmc);

/// The group's, and those of the BMC's habits.
Workarounds workarounds_of(const Bmc& bmc);

/// Absent: the BMC answers, but not with its id.
asio::awaitable<Result<std::optional<DeviceId>>> ask_device_id(Bmc& bmc);

/// Asks the BMC who it is, if that decides about its habits and is not known. A BMC that
/// does not tell has the generic habits.
asio::awaitable<Result<void>> identify(Bmc& bmc);

}  // namespace frugald::ipmi
