#include "plugins/redfish/machine.h"

#include <fmt/format.h>

#include "plugins/redfish/discovery.h"

namespace frugald::redfish {
namespace {

constexpr std::chrono::hours look_again_after{1};

}  // namespace

asio::awaitable<Result<void>> know_layout(Machine& machine, Sending sending) {
    const auto now = std::chrono::steady_clock::now();
    const bool known = machine.layout && machine.layout_returns == machine.bmc.returns();
    const bool enough = known && (machine.layout->has_watts() || now < machine.look_again_at);
    if (enough) co_return Result<void>{};
    Result<Layout> found = co_await discover(machine.bmc, sending, machine.wanted_system);
    if (!found) co_return tl::unexpected(found.error());
    machine.layout = *std::move(found);
    machine.layout_returns = machine.bmc.returns();
    machine.look_again_at = now + look_again_after;
    machine.uuid = machine.layout->uuid;
    co_return Result<void>{};
}

asio::awaitable<Result<SystemFacts>> ask_system(Machine& machine, Sending sending) {
    const Result<void> known = co_await know_layout(machine, sending);
    if (!known) co_return tl::unexpected(known.error());
    if (machine.layout->system.empty())
        co_return fail(
            Fault::unsupported,
            fmt::format("{} has no systems: it can neither tell nor change whether {} is "
                        "on",
                        machine.bmc.label(), machine.node));
    const Result<Reply> reply = co_await machine.bmc.get(machine.layout->system, sending);
    if (!reply) co_return tl::unexpected(reply.error());
    SystemFacts facts = read_system(reply->document);
    if (facts.uuid) machine.uuid = facts.uuid;
    co_return facts;
}

}  // namespace frugald::redfish
