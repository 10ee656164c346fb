#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/audit/line.h"

namespace frugald::audit {

using Names = std::set<std::string, std::less<>>;

/// The names of a nodeset in a field (one text, or a list of them); empty when there is none or it
/// cannot be understood.
Names nodes_of(const Record& record, std::string_view field);

/// What is known of a node at this point of the history. Records live as long as the history.
struct NodeFacts {
    const Record* command = nullptr;  // the newest that switches power
    const Record* hook = nullptr;     // the newest that the daemon took
    const Record* world_hook = nullptr;
    const Record* world_slurm = nullptr;
    std::size_t world_slurm_taken = 0, world_hook_taken = 0;  // when, as a count of entries
    const Record* hold = nullptr;                             // in force, or over by its until_ms
    const Record* identity = nullptr;                         // the newest event
    std::string pinned_guid{};
    std::optional<bool> on{};                   // as far as the history tells
    std::optional<std::int64_t> on_since_ms{};  // the newest switching on (at_ms)
    std::optional<double> world_watts{};
    std::optional<double> cap_watts{};  // in force: read back, or received in the world
};

/// What nodes of one kind draw at most.
struct Figures {
    double idle_watts = 0;
    double running_watts = 0;
    double boot_watts = 0;
    std::int64_t boot_ms = 0;
};

struct Scope {
    double limit_watts = 0;
    Names nodes{};
};

/// The state of the daemon and its world, entry by entry.
class Facts {
public:
    void take(const Record& record);

    /// Absent before the first entry "config": what it tells cannot be judged yet.
    const Record* config() const { return config_; }
    const Names& managed() const { return managed_; }
    const Names& protected_nodes() const { return protected_; }
    double setting(std::string_view name, double otherwise) const;
    const std::map<std::string, Scope>& scopes() const { return scopes_; }
    const std::map<std::string, Record>& budgets() const { return budgets_; }
    const Figures* figures(const std::string& node) const;

    const NodeFacts& node(const std::string& name) const;
    const std::map<std::string, NodeFacts>& nodes() const { return nodes_; }
    /// What the node's newest `world_slurm` says of jobs is over: all of them have ended since, or
    /// slurmctld itself has called the suspend. Whoever looks at Slurm from time to time sees that
    /// before the node's new state.
    bool jobs_have_ended(const NodeFacts& node) const;
    /// The kill switch; null: not in force.
    const Record* hold_all() const { return hold_all_; }
    /// The daemon is running, and since when (at_ms).
    bool running() const { return running_; }
    std::int64_t running_since_ms() const { return running_since_ms_; }
    bool has_world() const { return has_world_; }

private:
    void take_config(const Record& record);
    void take_hold(const Record& record);
    void take_node(const Record& record);
    void take_identity(const Record& record, NodeFacts& node);
    void take_world(const Record& record);
    void switched(NodeFacts& node, std::string_view how, std::int64_t at_ms);

    const Record* config_ = nullptr;
    Names managed_, protected_;
    std::map<std::string, Scope> scopes_;
    std::map<std::string, Figures> figures_;  // by node
    std::map<std::string, Record> budgets_;
    std::map<std::string, NodeFacts> nodes_;
    std::map<std::string, std::size_t> ended_jobs_;  // job -> when, as a count of entries
    std::size_t taken_ = 0;
    const Record* hold_all_ = nullptr;
    bool running_ = false, has_world_ = false;
    std::int64_t running_since_ms_ = 0;
};

/// A job's number as text: writers of histories give numbers or texts.
std::string job_id(const Record& record);
/// off, soft, cycle.
bool cuts_power(std::string_view action);
bool by_admin(const Record& record);

}  // namespace frugald::audit
