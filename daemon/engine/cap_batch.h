#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/engine/caps.h"

namespace frugald {

/// Changes the limits of many nodes as one (N5): all nodes of a job get the same limit or none
/// does. What one node refuses is taken back from the others of its jobs.
class CapBatch {
public:
    CapBatch(Tools tools, Caps& caps) : tools_(tools), caps_(caps) {}

    asio::awaitable<std::vector<Outcome>> change(Actions actions, bool dry_run);

private:
    using Index = std::map<std::string, std::size_t, std::less<>>;  // node -> its action

    bool releases_everything(const Actions& actions, const Index& index) const;
    GuardedJobs jobs_of(const Action& action, const Actions& all, const Index& index) const;
    std::string unevenness(const SchedulerJob& job, const Action& action, const Actions& all,
                           const Index& index) const;
    /// The positions that hang together through jobs, by the smallest of them.
    std::vector<std::size_t> groups(const Actions& actions, const Index& index) const;
    void spread_refusals(const std::vector<std::size_t>& group, std::vector<Outcome>& outcomes);
    asio::awaitable<void> take_back(Actions actions, std::vector<std::size_t> group,
                                    std::vector<std::optional<CapState>> before,
                                    std::vector<Outcome>& outcomes);
    bool has_begun(const Action& action, const std::optional<CapState>& before) const;
    void remember(const Actions& actions, const std::vector<Outcome>& outcomes);

    Tools tools_;
    Caps& caps_;
    std::map<std::uint32_t, SteadyTime> changed_;  // job -> when its limit was changed last
};

}  // namespace frugald
