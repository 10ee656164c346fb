#include <algorithm>

#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

// An off that left before the deadline, or before the daemon could know of the resume, may still
// arrive.
constexpr std::int64_t on_its_way_ms = 1000;

/// N2: no off after a newer resume of the node, and none after the deadline of its suspend.
class NoLateOff final : public RuleOfOffs {
public:
    explicit NoLateOff(Findings& findings) : RuleOfOffs("N2", findings) {}

private:
    void judge_command(const Record& command, const Facts& facts) override {
        judged();
        const auto what = command.text("action");
        const auto generation = command.integer("generation"), newest = command.integer("newest");
        if (generation && newest && *generation < *newest)
            return violated(command, fmt::format("{} of request {}, but request {} is newer", what,
                                                 *generation, *newest));
        if (command.flag("resuming")) return;
        if (late(command, what)) return;
        const auto* hook = facts.node(command.node).hook;
        if (!hook || hook->text("verb") != "resume" || by_admin(command)) return;
        const auto resumed = hook->integer("generation");
        if (!resumed || !generation ||
            (*generation < *resumed && made_at(command, *generation) < made_at(*hook, *resumed)))
            violated(command,
                     fmt::format("{} after the resume of {} (request {})", what,
                                 iso8601(from_unix_ms(hook->wall_ms)), resumed.value_or(0)));
    }

    /// When a request was made, on the history's clock: generations are instants of the wall clock,
    /// which may have been set back since the other one. One ahead of the clock was counted on from
    /// an earlier one; the request is not from the future.
    static std::int64_t made_at(const Record& record, std::int64_t generation) {
        return record.at_ms - std::max<std::int64_t>(0, record.wall_ms - generation);
    }

    bool late(const Record& command, const std::string& what) {
        const auto wall = command.integer("deadline_ms");
        const auto steady = command.integer("deadline_steady_ms");
        const bool by_wall = wall && command.wall_ms > *wall;
        const bool by_steady = steady && command.steady_ms > *steady;
        if (by_wall || by_steady)
            violated(command,
                     fmt::format("{} {} ms after its deadline by the {} clock", what,
                                 by_wall ? command.wall_ms - *wall : command.steady_ms - *steady,
                                 by_wall ? "wall" : "steady"));
        return by_wall || by_steady;
    }

    void judge_received(const Record& received, const Facts& facts) override {
        const auto& node = facts.node(received.node);
        const auto* call = node.world_hook;
        if (!call) return;
        judged();
        const auto* command = node.command;
        if (command && (command->flag("resuming") || by_admin(*command))) return;
        if (call->text("verb") == "resume") {
            const bool on_its_way = command && command->at_ms <= call->at_ms &&
                                    received.at_ms - call->at_ms <= on_its_way_ms;
            if (!on_its_way)
                violated(received,
                         fmt::format("the BMC received {} {} ms after slurmctld called "
                                     "the resume",
                                     received.text("command"), received.at_ms - call->at_ms));
            return;
        }
        // Repairs of what Slurm has given up long ago have no deadline.
        if (call->text("verb") != "suspend" || (command && command->text("actor") != "hook"))
            return;
        // The deadline in the daemon's entry holds for this call of the hook, if it is not older.
        const auto* hook = node.hook && node.hook->text("verb") == "suspend" ? node.hook : nullptr;
        const auto deadline = hook && hook->at_ms >= call->at_ms ? hook->integer("deadline_ms")
                                                                 : call->integer("deadline_ms");
        // The wall clock may be set forward while it is on its way.
        const bool on_its_way = deadline && command && command->wall_ms <= *deadline &&
                                received.at_ms - command->at_ms <= on_its_way_ms;
        if (deadline && received.wall_ms > *deadline + on_its_way_ms && !on_its_way)
            violated(received,
                     fmt::format("the BMC received {} {} ms after the deadline of the suspend",
                                 received.text("command"), received.wall_ms - *deadline));
    }
};

}  // namespace

std::unique_ptr<Rule> no_late_off(Findings& findings) {
    return std::make_unique<NoLateOff>(findings);
}

}  // namespace frugald::audit
