#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

// What was under way when a hold came may still be sent.
constexpr std::int64_t under_way_ms = 1000;

/// N11: nothing while held, in a mode that does not act, or before things have settled.
class OnlyWhenAllowed final : public Rule {
public:
    explicit OnlyWhenAllowed(Findings& findings) : Rule("N11", findings) {}

    void see(const Record& record, const Facts& facts) override {
        if (record.kind != "command") return;
        judged();
        const auto what = record.text("action"), actor = record.text("actor");
        const auto& node = facts.node(record.node);
        if (in_force(facts.hold_all(), record))
            violated(record, held(what, "everything is held", *facts.hold_all(), record));
        // An administrator's word stands above the rest; the daemon only undoes what it did.
        if (actor == "admin" || actor == "daemon") return;
        if (in_force(node.hold, record) && !wakes_through(record, *node.hold))
            violated(record, held(what, "the node is held", *node.hold, record));
        const auto mode = record.text("mode");
        const bool approved = mode == "advise" && record.flag("approved");
        if (mode != "guarded" && mode != "enforce" && !approved)
            return violated(record,
                            fmt::format("{} in mode \"{}\", which does not act", what, mode));
        judge_rounds(record, what, facts);
    }

private:
    /// frugald's own "left alone" lets Slurm wake the node.
    static bool wakes_through(const Record& command, const Record& hold) {
        const auto what = command.text("action");
        const bool wakes = command.text("actor") == "hook" && (what == "on" || what == "cycle");
        return wakes && hold.text("by") == "frugald";
    }

    static bool in_force(const Record* hold, const Record& now) {
        if (!hold || now.at_ms - hold->at_ms <= under_way_ms) return false;
        const auto until = hold->integer("until_ms");
        return !until || now.wall_ms < *until;
    }

    static std::string held(const std::string& what, const char* how, const Record& hold,
                            const Record& now) {
        return fmt::format("{} while {} by {} since {} ms ({})", what, how, hold.text("by"),
                           now.at_ms - hold.at_ms, hold.text("why"));
    }

    void judge_rounds(const Record& command, const std::string& what, const Facts& facts) {
        const double needed = facts.setting("settle_rounds", 2);
        const auto bmc = command.number("bmc_rounds"), slurm = command.number("slurm_rounds");
        if (bmc && *bmc < needed)
            violated(command, fmt::format("{} after {:.0f} rounds of the BMC since the start, "
                                          "{:.0f} needed",
                                          what, *bmc, needed));
        else if (slurm && *slurm < needed && what != "on")
            violated(command, fmt::format("{} after {:.0f} readings of Slurm since the start, "
                                          "{:.0f} needed",
                                          what, *slurm, needed));
    }
};

}  // namespace

std::unique_ptr<Rule> only_when_allowed(Findings& findings) {
    return std::make_unique<OnlyWhenAllowed>(findings);
}

}  // namespace frugald::audit
