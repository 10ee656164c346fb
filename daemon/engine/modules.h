#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/ports/plugin.h"

namespace frugald {

struct LoadedModule {
    std::string name;
    Settings settings;
    std::shared_ptr<Module> module;
};

/// The configured plugins, and who reaches what. A call keeps its module alive until it returns,
/// so a reload may replace a module while one of its calls is under way.
class Modules {
public:
    void replace(std::vector<LoadedModule> modules) { modules_ = std::move(modules); }
    const std::vector<LoadedModule>& all() const { return modules_; }

    bool reaches(std::string_view node) const { return reaching(node) != nullptr; }
    bool schedules() const { return scheduling() != nullptr; }
    void refresh(std::string_view device) const;
    /// Adds how they are doing to the details.
    void describe(std::vector<ModuleState>& states) const;

    asio::awaitable<Result<Chassis>> chassis(std::string node) const;
    asio::awaitable<Result<void>> power(std::string node, PowerCommand command,
                                        StillWanted still_wanted) const;
    asio::awaitable<Result<CapReading>> cap(std::string node) const;
    /// 0: nothing is known of a session with the node's BMC.
    unsigned session(std::string_view node) const;
    /// Absent: the BMC has named none yet.
    std::optional<std::string> identity(std::string_view node) const;
    asio::awaitable<Result<void>> set_cap(std::string node, Watts limit) const;
    asio::awaitable<Result<void>> release_cap(std::string node) const;
    asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> read_scheduler() const;
    asio::awaitable<Result<void>> command_scheduler(SchedulerCommand what,
                                                    std::vector<std::string> nodes,
                                                    std::string reason) const;
    asio::awaitable<Result<void>> comment_job(JobComment what) const;

private:
    std::shared_ptr<Module> reaching(std::string_view node) const;
    std::shared_ptr<Module> scheduling() const;

    std::vector<LoadedModule> modules_;
};

}  // namespace frugald
