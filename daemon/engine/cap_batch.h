#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/engine/caps.h"

namespace frugald {

/// Changes the limits of many nodes as one (N5): all nodes of a job get the same limit or none
/// does. Nothing is sent before every BMC has told what it has now; what one node then refuses is
/// taken back from the others of its jobs.
class CapBatch {
public:
    CapBatch(Tools tools, Caps& caps) : tools_(tools), caps_(caps) {}

    asio::awaitable<std::vector<Outcome>> change(Actions actions, bool dry_run);

private:
    using Index = std::map<std::string, std::size_t, std::less<>>;  // node -> its action

    /// The change of one node.
    struct Part {
        Action action;
        Outcome outcome;                   // planned, until it is refused, done or has failed
        std::size_t group = 0;             // parts that hang together through jobs have the same
        std::optional<CapReading> seen{};  // what the BMC had
        std::optional<CapState> before{};  // what was known of the limit
        bool sent = false;
    };
    using Parts = std::vector<Part>;

    /// By what Slurm says in this moment, for what is still planned.
    asio::awaitable<void> judge(Parts& parts);
    bool releases_everything(const Parts& parts, const Index& index) const;
    GuardedJobs jobs_of(const Action& action, const Parts& all, const Index& index) const;
    std::string unevenness(const SchedulerJob& job, const Action& action, const Parts& all,
                           const Index& index) const;
    void group(Parts& parts, const Index& index) const;
    static void spread_refusals(Parts& parts);
    asio::awaitable<void> carry_out(Parts& parts);
    asio::awaitable<void> look(Parts& parts);
    asio::awaitable<void> send(Parts& parts);
    asio::awaitable<void> take_back(Parts& parts);
    bool leaves_something(const Part& part) const;
    void remember(const Parts& parts);

    Tools tools_;
    Caps& caps_;
    std::map<std::uint32_t, SteadyTime> changed_;  // job -> when its limit was changed last
};

}  // namespace frugald
