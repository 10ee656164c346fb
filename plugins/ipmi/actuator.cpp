#include "plugins/ipmi/actuator.h"

#include <fmt/format.h>

#include <cmath>

namespace frugald::ipmi {
namespace {

constexpr std::uint32_t usual_correction_ms = 1000;
constexpr std::uint16_t usual_period_s = 1;

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

tl::unexpected<Error> refusal(const Bmc& bmc, const char* what, const Answer& answer) {
    const Fault fault = answer.completion_code == 0xc1 ? Fault::unsupported : Fault::refused;
    return fail(fault, fmt::format("{} refuses {} ({})", bmc.label(), what,
                                   answer.completed() ? "its answer is not DCMI's"
                                                      : explain(answer.completion_code)));
}

asio::awaitable<Result<PowerLimitReading>> read_limit(Bmc& bmc) {
    const Result<Answer> answer = co_await bmc.ask(Priority::cap, get_power_limit());
    if (!answer) co_return tl::unexpected(answer.error());
    const auto reading = parse_power_limit(*answer);
    if (!reading) co_return refusal(bmc, "to tell its power limit", *answer);
    co_return *reading;
}

asio::awaitable<Result<void>> command(Bmc& bmc, const Request& request, const char* what) {
    const Result<Answer> answer = co_await bmc.ask(Priority::cap, request);
    if (!answer) co_return tl::unexpected(answer.error());
    if (!answer->completed()) co_return refusal(bmc, what, *answer);
    co_return Result<void>{};
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
    if (chassis == Chassis::unknown) co_return refusal(**bmc, "to tell its chassis state", *answer);
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
    if (!answer->completed()) co_return refusal(**bmc, name(command), *answer);
    co_return Result<void>{};
}

asio::awaitable<Result<CapReading>> BmcActuator::cap(std::string node) {
    const Result<Bmc*> bmc = find(node);
    if (!bmc) co_return tl::unexpected(bmc.error());
    const Result<PowerLimitReading> reading = co_await read_limit(**bmc);
    if (!reading) co_return tl::unexpected(reading.error());
    co_return CapReading{reading->active, Watts{static_cast<double>(reading->limit.watts)}};
}

asio::awaitable<Result<void>> BmcActuator::set_cap(std::string node, Watts limit) {
    const Result<Bmc*> bmc = find(node);
    if (!bmc) co_return tl::unexpected(bmc.error());
    const double watts = std::round(limit.value);
    if (!(watts >= 1 && watts <= 65535))
        co_return fail(Fault::invalid, fmt::format("{}: a power limit of {} W cannot be asked for; "
                                                   "DCMI takes 1 to 65535 W",
                                                   node, limit.value));
    PowerLimit wanted{static_cast<std::uint16_t>(watts), usual_correction_ms, usual_period_s};
    const Result<PowerLimitReading> present = co_await read_limit(**bmc);
    if (!present && present.error().fault != Fault::refused)
        co_return tl::unexpected(present.error());
    if (present && present->limit.correction_ms > 0)
        wanted.correction_ms = present->limit.correction_ms;
    if (present && present->limit.period_s > 0) wanted.period_s = present->limit.period_s;

    const Result<void> set =
        co_await ipmi::command(**bmc, set_power_limit(wanted), "the power limit");
    if (!set) co_return set;
    co_return co_await ipmi::command(**bmc, activate_power_limit(true),
                                     "to activate the power limit");
}

asio::awaitable<Result<void>> BmcActuator::release_cap(std::string node) {
    const Result<Bmc*> bmc = find(node);
    if (!bmc) co_return tl::unexpected(bmc.error());
    co_return co_await ipmi::command(**bmc, activate_power_limit(false),
                                     "to deactivate the power limit");
}

}  // namespace frugald::ipmi
