#include "plugins/redfish/actuator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plugins/redfish/limiter.h"

namespace frugald::redfish {
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

tl::unexpected<Error> another_machine(const Machine& machine, const std::string& known) {
    return fail(Fault::refused,
                fmt::format("{}: another machine answers than before (system UUID {}, it was {}): "
                            "nothing was switched; look whether cables or boards were changed",
                            machine.bmc.label(), *machine.uuid, known));
}

asio::awaitable<Result<std::string>> reset_type(Machine& machine, SystemFacts facts,
                                                PowerCommand command, Sending sending) {
    std::vector<std::string> types = facts.reset_types;
    if (types.empty() && facts.reset_info) {
        const Result<Reply> info = co_await machine.bmc.get(*facts.reset_info, sending);
        if (!info) co_return tl::unexpected(info.error());
        types = read_reset_info(info->document);
    }
    if (auto type = choose_reset(command, types)) co_return *type;
    co_return fail(
        Fault::unsupported,
        fmt::format("{} knows no {} for {}: its reset types are {}", machine.bmc.label(),
                    name(command), machine.node,
                    types.empty() ? "not told" : fmt::format("{}", fmt::join(types, ", "))));
}

}  // namespace

Result<Machine*> RedfishActuator::find(const std::string& node) const {
    const auto found = machines_.find(node);
    if (found == machines_.end())
        return fail(
            Fault::invalid,
            fmt::format("{} has no BMC in the configuration; add it to a [[redfish.group]]", node));
    return found->second.get();
}

bool RedfishActuator::reaches(std::string_view node) const {
    return machines_.contains(std::string(node));
}

asio::awaitable<Result<Chassis>> RedfishActuator::chassis(std::string node) {
    const Result<Machine*> machine = find(node);
    if (!machine) co_return tl::unexpected(machine.error());
    const Result<SystemFacts> facts = co_await ask_system(**machine, {Priority::control, nullptr});
    if (!facts) co_return tl::unexpected(facts.error());
    co_return facts->chassis;
}

asio::awaitable<Result<void>> RedfishActuator::power(std::string node, PowerCommand command,
                                                     StillWanted still_wanted) {
    const Result<Machine*> found = find(node);
    if (!found) co_return tl::unexpected(found.error());
    Machine& machine = **found;
    const Sending sending{Priority::control, &still_wanted};
    const std::optional<std::string> known = machine.uuid;
    const Result<SystemFacts> facts = co_await ask_system(machine, sending);
    if (!facts) co_return tl::unexpected(facts.error());
    if (known && machine.uuid && *machine.uuid != *known)
        co_return another_machine(machine, *known);
    if (!facts->reset_target)
        co_return fail(Fault::unsupported,
                       fmt::format("{} offers no reset of {}", machine.bmc.label(), machine.node));
    const Result<std::string> type = co_await reset_type(machine, *facts, command, sending);
    if (!type) co_return tl::unexpected(type.error());
    const std::string body = fmt::format(R"({{"ResetType":"{}"}})", *type);
    const Result<Reply> done =
        co_await machine.bmc.change(Method::post, *facts->reset_target, body, "", sending);
    const bool unknown =
        !done && (done.error().fault == Fault::timeout || done.error().fault == Fault::unparsable);
    if (unknown)
        co_return fail(
            Fault::timeout,
            fmt::format(
                "{} gave no answer to {} that can be read: whether it happened is unknown until "
                "the chassis state is read ({})",
                machine.bmc.label(), name(command), done.error().text));
    if (!done) co_return tl::unexpected(done.error());
    co_return Result<void>{};
}

asio::awaitable<Result<CapReading>> RedfishActuator::cap(std::string node) {
    const Result<Machine*> machine = find(node);
    if (!machine) co_return tl::unexpected(machine.error());
    co_return co_await read_cap(**machine);
}

asio::awaitable<Result<void>> RedfishActuator::set_cap(std::string node, Watts limit) {
    const Result<Machine*> machine = find(node);
    if (!machine) co_return tl::unexpected(machine.error());
    co_return co_await set_limit(**machine, limit);
}

asio::awaitable<Result<void>> RedfishActuator::release_cap(std::string node) {
    const Result<Machine*> machine = find(node);
    if (!machine) co_return tl::unexpected(machine.error());
    co_return co_await release_limit(**machine);
}

unsigned RedfishActuator::session(std::string_view node) const {
    const auto found = machines_.find(std::string(node));
    return found == machines_.end() ? 0 : found->second->bmc.contact();
}

std::optional<std::string> RedfishActuator::identity(std::string_view node) const {
    const auto found = machines_.find(std::string(node));
    return found == machines_.end() ? std::nullopt : found->second->uuid;
}

}  // namespace frugald::redfish
