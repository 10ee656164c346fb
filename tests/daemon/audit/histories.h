#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/audit/checker.h"

namespace histories {

using Lines = std::vector<std::string>;

/// One line of a history; `fields` as JSON, without braces.
inline std::string line(std::int64_t ms, const char* kind, const std::string& node,
                        const std::string& fields = {}) {
    constexpr std::int64_t wall_ahead_ms = 1'000'000'000'000;
    auto text =
        fmt::format(R"({{"wall_ms":{},"steady_ms":{},"kind":"{}")", wall_ahead_ms + ms, ms, kind);
    if (!node.empty()) text += fmt::format(R"(,"node":"{}")", node);
    if (!fields.empty()) text += "," + fields;
    return text + "}";
}

/// The same line, with the wall clock so far behind.
inline std::string set_back(const std::string& text, std::int64_t by_ms) {
    auto entry = nlohmann::ordered_json::parse(text);
    entry["wall_ms"] = entry["wall_ms"].get<std::int64_t>() - by_ms;
    return entry.dump();
}

/// The wall clock of `line`, for fields.
inline std::int64_t wall(std::int64_t ms) { return 1'000'000'000'000 + ms; }

/// Four nodes, of which n9 is protected; a breaker of 1000 W.
inline Lines site(std::int64_t ms = 0) {
    return {
        line(ms, "config", "",
             R"("event":"start","managed":"n[1-4,9]","protected":"n9","settle_rounds":2,)"
             R"("max_scheduler_age_ms":10000,"fresh_percent":80,"headroom_percent":90,)"
             R"("least_cap_watts":100)"),
        line(
            ms, "figures", "",
            R"("nodes":"n[1-4]","idle_watts":100,"running_watts":300,"boot_watts":400,"boot_ms":60000)")};
}
inline std::string breaker(std::int64_t ms = 0) {
    return line(ms, "scope", "", R"("name":"breaker 1","limit_watts":1000,"nodes":"n[1-4]")");
}

/// A command as a healthy daemon records it, by its hook; `more` comes before, so that it wins.
inline std::string command(std::int64_t ms, const std::string& node, const std::string& action,
                           const std::string& more = {}) {
    const auto has = [&](const char* field) {
        return more.find(fmt::format("\"{}\":", field)) != std::string::npos;
    };
    std::string fields = fmt::format(R"("action":"{}")", action);
    if (!more.empty()) fields += "," + more;
    const std::pair<const char*, const char*> usual[] = {{"id", "1"},
                                                         {"actor", "\"hook\""},
                                                         {"by", "\"SuspendProgram\""},
                                                         {"mode", "\"guarded\""},
                                                         {"slurm_state", "\"idle+powering_down\""},
                                                         {"slurm_busy", "false"},
                                                         {"slurm_powering_up", "false"},
                                                         {"slurm_age_ms", "20"},
                                                         {"bmc_rounds", "9"},
                                                         {"slurm_rounds", "9"},
                                                         {"fresh_percent", "100"},
                                                         {"guid", "\"g-"}};
    for (const auto& [name, value] : usual)
        if (!has(name))
            fields += std::string{name} == "guid" ? fmt::format(R"(,"guid":"g-{}")", node)
                                                  : fmt::format(",\"{}\":{}", name, value);
    return line(ms, "command", node, fields);
}

inline std::string slurm(std::int64_t ms, const std::string& node, const char* fields) {
    return line(ms, "world_slurm", node, fields);
}
inline std::string bmc(std::int64_t ms, const std::string& node, const char* command,
                       const std::string& more = {}) {
    return line(ms, "world_bmc", node,
                fmt::format(R"("command":"{}"{}{})", command, more.empty() ? "" : ",", more));
}

inline Lines operator+(Lines lines, const Lines& more) {
    lines.insert(lines.end(), more.begin(), more.end());
    return lines;
}

inline frugald::audit::Findings checked(const Lines& lines) {
    std::stringstream text;
    for (const auto& each : lines) text << each << '\n';
    const auto history = frugald::audit::read_history(text);
    CHECK_MESSAGE(history.unreadable == 0, history.why_unreadable);
    CHECK(history.unknown_kinds.empty());
    return frugald::audit::check(history);
}

/// What happened, and the sentence of the one violation of `rule`; empty: the history is clean.
struct Row {
    const char* happened;
    Lines lines;
    std::string sentence;
};

inline void check_rows(const char* rule, const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        CAPTURE(row.happened);
        const auto found = checked(row.lines);
        CHECK(found.judged.contains(rule));
        CHECK(found.violations.size() == (row.sentence.empty() ? 0 : 1));
        for (const auto& violation : found.violations) {
            CHECK(violation.rule == rule);
            CHECK(violation.text == row.sentence);
        }
    }
}

}  // namespace histories
