#include <charconv>

#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

// The daemon's figures are whole watts.
constexpr double rounding_watts = 1;

/// "NAME EXPECTED LIMIT" in watts; names may contain blanks.
struct Expectation {
    std::string name;
    double expected = 0, limit = 0;
};

std::optional<double> watts_in(std::string_view text) {
    double watts = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), watts);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return watts;
}

std::optional<Expectation> parse(std::string_view text) {
    const auto last = text.rfind(' ');
    const auto before = last == 0 || last == std::string_view::npos ? std::string_view::npos
                                                                    : text.rfind(' ', last - 1);
    if (before == std::string_view::npos) return std::nullopt;
    const auto expected = watts_in(text.substr(before + 1, last - before - 1));
    const auto limit = watts_in(text.substr(last + 1));
    if (!expected || !limit) return std::nullopt;
    return Expectation{std::string{text.substr(0, before)}, *expected, *limit};
}

/// N3: at no switching on is more to be expected of a breaker, line, row or site than the share of
/// its limit that is set as headroom.
class NoStorm final : public Rule {
public:
    explicit NoStorm(Findings& findings) : Rule("N3", findings) {}

    void see(const Record& record, const Facts& facts) override {
        const bool command = record.kind == "command";
        const auto what = record.text(command ? "action" : "command");
        if (command && (what == "on" || what == "cycle" || what == "uncap"))
            judge_expectations(record, what, facts);
        const bool counts =
            facts.has_world() ? record.kind == "world_bmc" && !record.flag("external") : command;
        if (counts && (what == "on" || what == "cycle")) recount(record, facts);
    }

private:
    static double share(const Facts& facts) { return facts.setting("headroom_percent", 90) / 100; }

    void judge_expectations(const Record& command, const std::string& what, const Facts& facts) {
        for (const auto& text : command.list("scopes")) {
            const auto seen = parse(text);
            if (!seen) continue;
            judged();
            const auto known = facts.scopes().find(seen->name);
            const double allowed = known == facts.scopes().end()
                                       ? seen->limit
                                       : known->second.limit_watts * share(facts);
            if (seen->expected > allowed + rounding_watts)
                violated(command, fmt::format("{} although {:.0f} W were expected in {}, {:.0f} W "
                                              "allowed",
                                              what, seen->expected, seen->name, allowed));
        }
    }

    /// A booting node counts with its boot peak. Another that is on counts with what the world says
    /// it draws, else with the least: only the daemon knew more, its own figures are judged above.
    static double sure_watts(const std::string& name, const Facts& facts, std::int64_t now_ms) {
        const auto& node = facts.node(name);
        const auto* figures = facts.figures(name);
        if (!figures || node.on != true) return 0;
        const bool registered = node.world_slurm && node.on_since_ms &&
                                node.world_slurm->at_ms > *node.on_since_ms &&
                                !node.world_slurm->flag("powering_up");
        if (node.on_since_ms && now_ms - *node.on_since_ms < figures->boot_ms && !registered)
            return std::max(figures->boot_watts, figures->running_watts);
        return node.world_watts.value_or(figures->idle_watts);
    }

    void recount(const Record& record, const Facts& facts) {
        for (const auto& [name, scope] : facts.scopes()) {
            if (!scope.nodes.contains(record.node)) continue;
            judged();
            double expected = 0;
            for (const auto& node : scope.nodes) expected += sure_watts(node, facts, record.at_ms);
            const double allowed = scope.limit_watts * share(facts);
            if (expected > allowed)
                violated(record,
                         fmt::format("switched on although the nodes that are on or booting in {} "
                                     "draw {:.0f} W at least, {:.0f} W allowed",
                                     name, expected, allowed));
        }
    }
};

}  // namespace

std::unique_ptr<Rule> no_storm(Findings& findings) { return std::make_unique<NoStorm>(findings); }

}  // namespace frugald::audit
