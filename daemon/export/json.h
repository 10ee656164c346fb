#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/snapshot.h"
#include "daemon/ports/control.h"

namespace frugald::json {

// The answers of the API (docs/api.md). Every one is an object that carries "schema":"frugald/1";
// times are UTC ISO-8601, units are in the key names, and what is not known is null.

std::string status(const Snapshot& now);

struct NodeQuery {
    bool all = true;
    std::vector<std::string> names{};  // when not all, in this order
    bool sensors = false;              // also every temperature, fan and supply
};
std::string nodes(const Snapshot& now, const NodeQuery& query);

/// PDUs and meters with their totals, lines, branches and outlets.
std::string devices(const Snapshot& now);

/// Absent: `period` is of a day, month or year that nothing is known of. An empty `period`: the
/// live figure, the present day, month and year, and those before.
std::optional<std::string> pue(const Snapshot& now, const std::string& period);

/// The power tree as measured, and which sources are suspect; no levels without [[feed]].
std::string tree(const Snapshot& now);

std::string energy(const EnergyReport& report);
std::string job_energy(const std::vector<JobEnergy>& runs);

std::string why(const Why& why);
std::string events(std::span<const EventLine> events);
/// Each with its line as the text that was hashed.
std::string audit(std::span<const AuditLine> lines);
std::string audit_verdict(const AuditVerdict& verdict);
std::string plan(const PlanReport& report);
std::string calibrations(const std::vector<CalibrationEntry>& all);
std::string mode(const std::string& modes);
std::string findings(std::span<const Finding> findings);
std::string outcomes(std::span<const Outcome> outcomes);
/// {"error":{"fault":...,"text":...}}
std::string error(std::string_view fault, std::string_view text);

}  // namespace frugald::json
