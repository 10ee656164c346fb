#include "daemon/doctor/examine.h"

#include <fmt/format.h>

#include "daemon/core/nodeset.h"
#include "daemon/doctor/check.h"

namespace frugald::doctor {

Finding not_read() { return unknown("Slurm has not been read", "see the check slurm-answers"); }

std::string some_nodes(const std::vector<std::string>& names) {
    constexpr std::size_t most_shown = 120;
    auto list = fold_nodeset(names);
    if (list.size() > most_shown) list = list.substr(0, most_shown) + "...";
    return fmt::format("{} node{} ({})", names.size(), names.size() == 1 ? "" : "s", list);
}

std::string seconds_text(std::chrono::milliseconds time) {
    return fmt::format("{:.4g} s", std::chrono::duration<double>(time).count());
}

std::vector<Finding> examine(const Facts& facts) {
    std::vector<Finding> findings;
    for (const auto& family :
         {slurm_timer_checks(), slurm_program_checks(), slurm_cluster_checks(), host_checks(),
          daemon_checks(), bmc_checks(), pdu_checks(), power_tree_checks()})
        for (const auto& check : family) {
            findings.push_back(check.judge(facts));
            findings.back().id = check.id;
        }
    return findings;
}

}  // namespace frugald::doctor
