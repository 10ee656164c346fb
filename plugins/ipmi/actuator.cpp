#include "plugins/ipmi/actuator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "plugins/ipmi/identities.h"

namespace frugald::ipmi {
namespace {

const char* name(PowerCommand command) {
    switch (command) {
        case PowerCommand::on:
            return "power on";
        case PowerCommand::off:
            return "power off";
        case PowerCommand::soft:
            return "soft shutdown";
        case PowerCommand::cycle:
            return "power cycle";
    }
    return "power command";
}

}  // namespace

Result<Bmc*> BmcActuator::find(const std::string& node) const {
    const auto found = bmcs_.find(node);
    if (found == bmcs_.end())
        return fail(
            Fault::invalid,
            fmt::format("{} has no BMC in the configuration; add it to an [[ipmi.group]]", node));
    return found->second.get();
}

bool BmcActuator::reaches(std::string_view node) const { return bmcs_.contains(std::string(node)); }

asio::awaitable<Result<Chassis>> BmcActuator::chassis(std::string node) {
    const Result<Bmc*> bmc = find(node);
    if (!bmc) co_return tl::unexpected(bmc.error());
    const Result<Answer> answer = co_await (*bmc)->ask(Priority::control, get_chassis_status());
    if (!answer) co_return tl::unexpected(answer.error());
    const Chassis chassis = parse_chassis_status(*answer);
    if (chassis == Chassis::unknown)
        co_return refusal(**bmc, "to tell its chassis state", *answer,
                          explain(answer->completion_code));
    co_return chassis;
}

asio::awaitable<Result<void>> BmcActuator::power(std::string node, PowerCommand command,
                                                 StillWanted still_wanted) {
    const Result<Bmc*> bmc = find(node);
    if (!bmc) co_return tl::unexpected(bmc.error());
    const bool harmless_twice = command == PowerCommand::on || command == PowerCommand::off;
    if (!harmless_twice) {
        // A session that died unnoticed would swallow the one packet.
        const Result<Answer> alive = co_await (*bmc)->ask(Priority::control, get_chassis_status());
        if (!alive) co_return tl::unexpected(alive.error());
    }
    const Sending sending{.once = !harmless_twice, .still_wanted = &still_wanted};
    const Result<Answer> answer =
        co_await (*bmc)->ask(Priority::control, chassis_control(command), sending);
    if (!answer && answer.error().fault == Fault::timeout)
        co_return fail(Fault::timeout,
                       fmt::format("{} did not answer to {}: whether it happened is unknown until "
                                   "the chassis state is read",
                                   (*bmc)->label(), name(command)));
    if (!answer) co_return tl::unexpected(answer.error());
    if (!answer->completed())
        co_return refusal(**bmc, name(command), *answer, explain(answer->completion_code));
    co_return Result<void>{};
}

unsigned BmcActuator::session(std::string_view node) const {
    const auto found = bmcs_.find(std::string(node));
    return found == bmcs_.end() ? 0 : found->second->session_count();
}

std::optional<std::string> BmcActuator::identity(std::string_view node) const {
    const auto found = bmcs_.find(std::string(node));
    if (found == bmcs_.end() || found->second->guid() == Guid{}) return std::nullopt;
    return fmt::format("{:02x}", fmt::join(found->second->guid(), ""));
}

asio::awaitable<Result<std::shared_ptr<PowerLimiter>>> BmcActuator::limiter(std::string node) {
    const Result<Bmc*> bmc = find(node);
    if (!bmc) co_return tl::unexpected(bmc.error());
    const auto known = limiters_.find(node);
    const bool still_true = known != limiters_.end() && (*bmc)->session_count() != 0 &&
                            known->second.session == (*bmc)->session_count();
    if (still_true) co_return known->second.limiter;
    Result<std::shared_ptr<PowerLimiter>> chosen = co_await choose(**bmc);
    if (chosen) limiters_[node] = {(*bmc)->session_count(), *chosen};
    co_return chosen;
}

asio::awaitable<Result<std::shared_ptr<PowerLimiter>>> BmcActuator::choose(Bmc& bmc) {
    const Result<void> identified = co_await identify(bmc);
    if (!identified) co_return tl::unexpected(identified.error());
    std::shared_ptr<PowerLimiter> dcmi = dcmi_limiter(bmc);
    Result<CapReading> reading =
        fail(Fault::unsupported, bmc.label() + " limits no power by DCMI, says its profile");
    if (habits_of(bmc)->dcmi_limit) reading = co_await dcmi->read();
    if (reading) co_return dcmi;
    // Busy or not allowed is no reason to limit the node by something else.
    if (reading.error().fault != Fault::unsupported) co_return tl::unexpected(reading.error());
    Sensors sensors(bmc, tables_);
    const Result<void> updated = co_await sensors.update();
    if (!updated && updated.error().fault != Fault::unsupported)
        co_return tl::unexpected(updated.error());
    if (!sensors.table() || !sensors.table()->node_manager)
        co_return fail(Fault::unsupported,
                       fmt::format("{}, and it has no Intel Node Manager: it cannot limit power",
                                   reading.error().text));
    co_return node_manager_limiter(bmc, *sensors.table()->node_manager);
}

asio::awaitable<Result<CapReading>> BmcActuator::cap(std::string node) {
    const Result<std::shared_ptr<PowerLimiter>> by = co_await limiter(node);
    if (!by) co_return tl::unexpected(by.error());
    co_return co_await (*by)->read();
}

asio::awaitable<Result<void>> BmcActuator::set_cap(std::string node, Watts limit) {
    const double watts = std::round(limit.value);
    if (!(watts >= 1 && watts <= 65535))
        co_return fail(Fault::invalid, fmt::format("{}: a power limit of {} W cannot be asked for; "
                                                   "BMCs take 1 to 65535 W",
                                                   node, limit.value));
    const Result<std::shared_ptr<PowerLimiter>> by = co_await limiter(node);
    if (!by) co_return tl::unexpected(by.error());
    co_return co_await (*by)->set(static_cast<std::uint16_t>(watts));
}

asio::awaitable<Result<void>> BmcActuator::release_cap(std::string node) {
    const Result<std::shared_ptr<PowerLimiter>> by = co_await limiter(node);
    if (!by) co_return tl::unexpected(by.error());
    co_return co_await (*by)->release();
}

}  // namespace frugald::ipmi
