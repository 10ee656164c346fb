#include "daemon/audit/history.h"

#include <algorithm>
#include <set>

namespace frugald::audit {

namespace {

// A steady clock that goes back further than sources can be out of step began anew.
constexpr std::int64_t out_of_step_ms = 60'000;

bool is_known(const std::string& kind) {
    static const std::set<std::string> known{
        "config",     "scope",         "figures",    "budget",    "stop",       "mode",
        "hold",       "release",       "hook",       "request",   "refused",    "command",
        "answer",     "read_back",     "cap_end",    "identity",  "quarantine", "quarantine_end",
        "incident",   "world_slurm",   "world_hook", "world_bmc", "world_job",  "world_start",
        "world_kill", "world_chassis", "world_power"};
    return known.contains(kind);
}

bool one_steady_clock(const std::vector<Record>& records) {
    std::int64_t latest = std::numeric_limits<std::int64_t>::min() + out_of_step_ms;
    for (const auto& record : records) {
        const bool world = record.kind.starts_with("world_");
        if (world) continue;
        if (record.steady_ms < latest - out_of_step_ms) return false;
        latest = std::max(latest, record.steady_ms);
    }
    return true;
}

}  // namespace

History read_history(std::istream& lines) {
    History history;
    std::string text;
    for (std::size_t number = 1; std::getline(lines, text); ++number) {
        if (text.empty()) continue;
        auto record = read_line(text);
        if (!record) {
            if (history.unreadable++ == 0) {
                history.first_unreadable_line = number;
                history.why_unreadable = record.error().text;
            }
            continue;
        }
        record->line = number;
        if (!is_known(record->kind)) ++history.unknown_kinds[record->kind];
        history.records.push_back(std::move(*record));
    }
    if (!one_steady_clock(history.records))
        for (auto& record : history.records) record.at_ms = record.wall_ms;
    std::ranges::stable_sort(history.records, {}, &Record::at_ms);
    return history;
}

}  // namespace frugald::audit
