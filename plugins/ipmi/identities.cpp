#include "plugins/ipmi/identities.h"

#include "daemon/core/log.h"
#include "plugins/ipmi/bmc.h"
#include "plugins/ipmi/commands.h"

namespace frugald::ipmi {

std::optional<DeviceId> Identities::device(const std::string& node) const {
    const auto found = known_.find(node);
    return found == known_.end() ? std::nullopt : std::optional(found->second.device);
}

std::shared_ptr<const Habits> Identities::habits(const std::string& node) const {
    const auto found = known_.find(node);
    return found == known_.end() ? profiles_->generic() : found->second.habits;
}

void Identities::learn(const std::string& node, const DeviceId& device) {
    auto habits = profiles_->match(device);
    const auto found = known_.find(node);
    if (found == known_.end() || found->second.habits != habits)
        log::debug("ipmi: {}: the BMC is of manufacturer {}, product {}: profile {}", node,
                   device.manufacturer, device.product, habits->name);
    known_.insert_or_assign(node, Known{device, std::move(habits)});
}

std::shared_ptr<const Habits> habits_of(const Bmc& bmc) {
    static const auto built_in = std::make_shared<const Habits>();
    const Group& group = bmc.group();
    if (group.habits) return group.habits;
    return group.identities ? group.identities->habits(bmc.node()) : built_in;
}

Workarounds workarounds_of(const Bmc& bmc) {
    return bmc.group().workarounds | habits_of(bmc)->workarounds;
}

asio::awaitable<Result<std::optional<DeviceId>>> ask_device_id(Bmc& bmc) {
    const Result<Answer> answer = co_await bmc.ask(Priority::repository, get_device_id());
    if (!answer) co_return tl::unexpected(answer.error());
    co_return parse_device_id(*answer);
}

asio::awaitable<Result<void>> identify(Bmc& bmc) {
    const auto identities = bmc.group().identities;
    if (bmc.group().habits || !identities || identities->device(bmc.node()))
        co_return Result<void>{};
    const Result<std::optional<DeviceId>> device = co_await ask_device_id(bmc);
    if (!device) co_return tl::unexpected(device.error());
    identities->learn(bmc.node(), device->value_or(DeviceId{}));
    co_return Result<void>{};
}

}  // namespace frugald::ipmi
