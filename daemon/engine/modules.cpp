#include "daemon/engine/modules.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald {

namespace {

tl::unexpected<Error> no_bmc(const std::string& node) {
    return fail(Fault::invalid,
                fmt::format("{} has no BMC in the configuration: add it to an [[ipmi.group]] or a "
                            "[[redfish.group]]",
                            node));
}

tl::unexpected<Error> no_scheduler() {
    return fail(Fault::invalid, "no scheduler is configured: add [slurm] to the configuration");
}

}  // namespace

std::shared_ptr<Module> Modules::reaching(std::string_view node) const {
    for (const auto& loaded : modules_)
        if (auto* actuator = loaded.module->actuator(); actuator && actuator->reaches(node))
            return loaded.module;
    return nullptr;
}

std::shared_ptr<Module> Modules::scheduling() const {
    for (const auto& loaded : modules_)
        if (loaded.module->scheduler()) return loaded.module;
    return nullptr;
}

void Modules::refresh(std::string_view device) const {
    for (const auto& loaded : modules_)
        if (auto* source = loaded.module->source()) source->refresh(device);
}

void Modules::describe(std::vector<ModuleState>& states) const {
    for (auto& state : states) {
        const auto loaded = std::ranges::find(modules_, state.name, &LoadedModule::name);
        if (loaded == modules_.end()) continue;
        const auto status = loaded->module->status();
        if (!status.empty()) state.detail += (state.detail.empty() ? "" : "; ") + status;
    }
}

asio::awaitable<Result<Chassis>> Modules::chassis(std::string node) const {
    const auto module = reaching(node);
    if (!module) co_return no_bmc(node);
    co_return co_await module->actuator()->chassis(node);
}

asio::awaitable<Result<void>> Modules::power(std::string node, PowerCommand command,
                                             StillWanted still_wanted) const {
    const auto module = reaching(node);
    if (!module) co_return no_bmc(node);
    co_return co_await module->actuator()->power(node, command, still_wanted);
}

asio::awaitable<Result<CapReading>> Modules::cap(std::string node) const {
    const auto module = reaching(node);
    if (!module) co_return no_bmc(node);
    co_return co_await module->actuator()->cap(node);
}

unsigned Modules::session(std::string_view node) const {
    const auto module = reaching(node);
    return module ? module->actuator()->session(node) : 0;
}

std::optional<std::string> Modules::identity(std::string_view node) const {
    const auto module = reaching(node);
    return module ? module->actuator()->identity(node) : std::nullopt;
}

asio::awaitable<Result<void>> Modules::set_cap(std::string node, Watts limit) const {
    const auto module = reaching(node);
    if (!module) co_return no_bmc(node);
    co_return co_await module->actuator()->set_cap(node, limit);
}

asio::awaitable<Result<void>> Modules::release_cap(std::string node) const {
    const auto module = reaching(node);
    if (!module) co_return no_bmc(node);
    co_return co_await module->actuator()->release_cap(node);
}

asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> Modules::read_scheduler() const {
    const auto module = scheduling();
    if (!module) co_return no_scheduler();
    co_return co_await module->scheduler()->read();
}

asio::awaitable<Result<void>> Modules::command_scheduler(SchedulerCommand what,
                                                         std::vector<std::string> nodes,
                                                         std::string reason) const {
    const auto module = scheduling();
    if (!module) co_return no_scheduler();
    co_return co_await module->scheduler()->command(what, nodes, reason);
}

asio::awaitable<Result<void>> Modules::comment_job(JobComment what) const {
    const auto module = scheduling();
    if (!module) co_return no_scheduler();
    co_return co_await module->scheduler()->comment(what);
}

}  // namespace frugald
