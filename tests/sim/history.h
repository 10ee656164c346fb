#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/audit/history.h"
#include "daemon/core/history.h"
#include "tests/sim/clock.h"

namespace frugald::sim {

/// Something that must never happen, and did.
struct Failure {
    milliseconds at{0};
    std::string rule;  // "N1", or what of the world is not in order: "settle"
    std::string text;
};

/// Everything that frugald and its world did, in order; what the checker of never-events reads.
class Chronicle {
public:
    Chronicle(const VirtualClock& clock, bool trace) : clock_(clock), trace_(trace) {}

    void add(std::string kind, std::string node,
             std::vector<std::pair<std::string, HistoryValue>> fields);
    /// As frugald wrote it.
    void add(HistoryEntry entry);
    void fail(std::string rule, std::string text) { fail(clock_.time(), rule, text); }
    /// Lets the checker of never-events (daemon/audit) judge all of it.
    void check();
    void count(const std::string& what) { ++counts_[what]; }

    const std::vector<Failure>& failures() const { return failures_; }
    /// How often something happened: the load and the faults of a run.
    const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
    std::uint64_t count_of(const std::string& what) const;
    /// Of every word of the history: two runs with one hash are the same run.
    std::uint64_t hash() const { return hash_; }

private:
    void fail(milliseconds at, std::string rule, std::string text);
    void mix_in(std::string_view text);

    const VirtualClock& clock_;
    bool trace_;
    std::vector<audit::Record> records_;
    std::vector<Failure> failures_;
    std::map<std::string, std::uint64_t> counts_;
    std::uint64_t hash_ = 0xcbf29ce484222325U;
};

/// One line for people: "d0 03:12:07.450 world_bmc c017 command=off ..."
std::string describe(const HistoryEntry& entry, milliseconds at);

}  // namespace frugald::sim
