#include "daemon/ctl/audit.h"

#include <fmt/format.h>

#include "daemon/core/clock.h"
#include "daemon/core/nodeset.h"
#include "daemon/ctl/duration.h"

namespace frugald::ctl {

namespace {

/// "&nodes=...&since=..." as the options say.
Attempt<std::string> filter(const AuditOptions& options) {
    std::string query;
    if (!options.nodes.empty()) {
        const auto names = node_names(options.nodes);
        if (!names) return tl::unexpected(names.error());
        query += "&nodes=" + percent_encoded(fold_nodeset(*names));
    }
    if (options.since.empty()) return query;
    const auto past = parse_duration(options.since);
    if (!past)
        return tl::unexpected(Failure{
            exit_usage,
            fmt::format("--since {}: write a duration like 90s, 15m, 1h or 2d", options.since)});
    return query + "&since=" + percent_encoded(iso8601(Instant::now().wall - *past));
}

/// The fields of an entry as "name=value name=value".
std::string fields_of(const Json& entry) {
    std::string fields;
    for (const auto& [name, value] : entry.items()) {
        if (name == "wall_ms" || name == "steady_ms" || name == "kind" || name == "node") continue;
        append(fields, " ",
               name + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
    }
    return fields;
}

}  // namespace

int show_audit(const Terminal& terminal, const Daemon& daemon, const AuditOptions& options) {
    const auto wanted = filter(options);
    if (!wanted) return report(terminal, wanted.error());
    const auto answer = daemon.get(fmt::format("/api/v1/audit?most={}{}", options.most, *wanted));
    if (!answer) return report(terminal, answer.error());
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return exit_ok;
    }
    for (const Json& row : answer->at("entries")) {
        const auto entry = Json::parse(text(row.at("line")), nullptr, false);
        if (!entry.is_object()) {
            terminal.out << fmt::format("{} damaged: {}\n", row.at("id").get<std::int64_t>(),
                                        plain(text(row.at("line"))));
            continue;
        }
        terminal.out << fmt::format("{}  {:<12} {:<10} {}\n", local_time(text(row.at("at"))),
                                    plain(entry.value("kind", "?")),
                                    plain(entry.value("node", "-")), plain(fields_of(entry)));
    }
    return exit_ok;
}

int verify_audit(const Terminal& terminal, const Daemon& daemon, const AuditOptions& options) {
    std::string target = "/api/v1/audit/verify";
    if (!options.noted.empty()) target += "?noted=" + percent_encoded(options.noted);
    const auto answer = daemon.get(target);
    if (!answer) return report(terminal, answer.error());
    const bool whole = answer->at("broken").is_null();
    const bool noted = options.noted.empty() || !answer->at("noted_id").is_null();
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return whole && noted ? exit_ok : exit_some_failed;
    }
    terminal.out << fmt::format("{} entries are whole; the newest of them is {} {}\n",
                                answer->at("entries").get<std::uint64_t>(),
                                answer->at("last_id").get<std::int64_t>(),
                                plain(text(answer->at("last_hash"))));
    if (!whole)
        terminal.out << fmt::format("BROKEN at entry {}: {}\n",
                                    answer->at("broken").at("id").get<std::int64_t>(),
                                    plain(text(answer->at("broken").at("why"))));
    if (!options.noted.empty())
        terminal.out << (noted ? fmt::format("the noted hash is that of entry {}\n",
                                             answer->at("noted_id").get<std::int64_t>())
                               : std::string{"THE NOTED HASH IS NOT IN THE CHAIN\n"});
    return whole && noted ? exit_ok : exit_some_failed;
}

int export_audit(const Terminal& terminal, const Daemon& daemon, const AuditOptions& options) {
    constexpr std::size_t rows_at_once = 2000;
    const auto wanted = filter(options);
    if (!wanted) return report(terminal, wanted.error());
    for (std::int64_t after = 0;;) {
        const auto answer = daemon.get(
            fmt::format("/api/v1/audit?after={}&most={}{}", after, rows_at_once, *wanted));
        if (!answer) return report(terminal, answer.error());
        const Json& rows = answer->at("entries");
        for (const Json& row : rows) terminal.out << text(row.at("line")) << '\n';
        if (rows.size() < rows_at_once) return exit_ok;
        after = rows.back().at("id").get<std::int64_t>();
    }
}

}  // namespace frugald::ctl
