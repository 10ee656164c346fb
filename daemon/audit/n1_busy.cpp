#include <fmt/ranges.h>

#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

/// N1: no off, soft-off or cycle of a node that Slurm uses, or of which Slurm's state is unknown
/// or old. A cycle only inside a resume.
class BusyNodesStayOn final : public RuleOfOffs {
public:
    explicit BusyNodesStayOn(Findings& findings) : RuleOfOffs("N1", findings) {}

private:
    void judge_command(const Record& command, const Facts& facts) override {
        judged();
        if (by_admin(command) && command.flag("accept_job_loss")) return;
        const auto what = command.text("action"), state = command.text("slurm_state");
        const auto age = command.number("slurm_age_ms");
        const double allowed = facts.setting("max_scheduler_age_ms", 10'000);
        if (!age)
            return violated(command, fmt::format("{} without a reading of Slurm's state", what));
        if (*age > allowed)
            return violated(command, fmt::format("{} on a Slurm state {:.0f} ms old, {:.0f} ms "
                                                 "allowed",
                                                 what, *age, allowed));
        if (command.flag("resuming")) {
            if (!command.flag("slurm_powering_up"))
                violated(command, fmt::format("{} inside a resume, but Slurm shows the node as "
                                              "\"{}\", not powering up",
                                              what, state));
            return;
        }
        const auto jobs = command.list("jobs");
        if (!jobs.empty())
            return violated(command, fmt::format("{} while job {} is on the node (Slurm: \"{}\")",
                                                 what, fmt::join(jobs, ", "), state));
        if (!command.field("slurm_busy") || command.flag("slurm_busy") ||
            command.flag("slurm_powering_up"))
            violated(command, fmt::format("{} while Slurm shows the node as \"{}\"{}", what, state,
                                          command.field("slurm_busy") ? "" : ", which is unknown"));
    }

    /// A slurmctld that dies forgets what it knew of a node without a job, and it may begin to wake
    /// one that sleeps (no job has begun there), or a reservation of idle ones may begin; a command
    /// that crossed with any of them on its way was right when it left.
    static bool crossed(const Record& received, const Record& truth, const Record* command) {
        constexpr std::int64_t on_its_way_ms = 100;
        if (!command || !command->field("slurm_busy") || command->flag("slurm_busy")) return false;
        const auto state = truth.text("state");
        const bool unknown = state.starts_with("unknown") || state.starts_with("UNKNOWN");
        const bool forgotten = unknown && truth.list("jobs").empty();
        const bool taken = truth.flag("powering_up") || !truth.flag("busy");
        const bool later = taken && command->at_ms <= truth.at_ms;
        return (forgotten || later) && received.at_ms - truth.at_ms <= on_its_way_ms;
    }

    void judge_received(const Record& received, const Facts& facts) override {
        const auto& node = facts.node(received.node);
        if (!node.world_slurm) return;
        judged();
        const auto& truth = *node.world_slurm;
        const bool busy = truth.flag("busy") && !facts.jobs_have_ended(node);
        if (!busy && !truth.flag("reserved")) return;
        const auto* command = node.command;
        const bool accepted = command && by_admin(*command) && command->flag("accept_job_loss") &&
                              cuts_power(command->text("action"));
        // Who looks at Slurm from time to time sees the job on the node before its waking.
        const bool asleep = truth.text("state").find("POWERED_DOWN") != std::string::npos;
        const bool inside_resume =
            (truth.flag("powering_up") && (!command || command->flag("resuming"))) ||
            (asleep && command && command->flag("resuming"));
        if (accepted || inside_resume || crossed(received, truth, command)) return;
        violated(received,
                 fmt::format("the BMC received {} while Slurm had the node \"{}\"{}{}",
                             received.text("command"), truth.text("state"),
                             truth.flag("busy") ? ", in use" : ", reserved",
                             truth.list("jobs").empty()
                                 ? ""
                                 : fmt::format(" by job {}", fmt::join(truth.list("jobs"), ", "))));
    }
};

}  // namespace

std::unique_ptr<Rule> busy_nodes_stay_on(Findings& findings) {
    return std::make_unique<BusyNodesStayOn>(findings);
}

}  // namespace frugald::audit
