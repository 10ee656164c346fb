#pragma once

#include <map>
#include <string>

#include "daemon/engine/holds.h"
#include "daemon/engine/modules.h"
#include "daemon/ports/tasks.h"

namespace frugald {

/// A node that does not boot again and again is taken out: held, drained in Slurm with the reason,
/// and reported; frugald does not touch it until an administrator has released it.
class Quarantine {
public:
    static constexpr const char* space = "boot-failures";
    static constexpr const char* owner = "frugald (quarantine)";

    Quarantine(Journal& journal, Holds& holds, const Modules& modules, Tasks& tasks,
               const unsigned& limit)
        : journal_(journal), holds_(holds), modules_(modules), tasks_(tasks), limit_(limit) {}

    void load(const std::vector<std::pair<std::string, std::string>>& kept);
    void boot_failed(const std::string& node, const std::string& why);
    void booted(const std::string& node);

private:
    asio::awaitable<void> drain(std::string node, std::string why);

    Journal& journal_;
    Holds& holds_;
    const Modules& modules_;
    Tasks& tasks_;
    const unsigned& limit_;
    std::map<std::string, unsigned> failures_;  // in a row
};

}  // namespace frugald
