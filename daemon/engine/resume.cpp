#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/run.h"

namespace frugald {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds between_boot_looks{1000};
/// A newer request of the node must not wait longer to be seen.
constexpr milliseconds longest_nap{5000};

/// Slurm believes in a resume only when slurmd has registered with a boot time newer than its
/// request. Slurm counts whole seconds.
bool registered_since(const SchedulerNode* node, WallTime asked) {
    if (!node || !node->boot_time || node->powering_up || node->powered_down) return false;
    return *node->boot_time >= std::chrono::floor<std::chrono::seconds>(asked);
}

const SchedulerNode* slurm_node(Run& run) { return run.tools().scheduler.node(run.intent().node); }

/// A shutdown that somebody sent may still finish, and would take the node down a minute after
/// "chassis on" was believed. Wait for it, then force it.
asio::awaitable<void> wait_out_soft_off(Run& run) {
    const auto sent = run.lane().soft_off_sent;
    if (!sent) co_return;
    run.stage("waiting", "for the orderly shutdown that was under way");
    run.note("wait", "an orderly shutdown is under way: waiting for off before switching on");
    const auto give_up = *sent + run.tools().config.power.soft_off_grace;
    bool off = false;
    while (!off && !run.over() && steady_now() < give_up) off = co_await run.becomes(Chassis::off);
    run.lane().soft_off_sent.reset();
}

/// The chassis state, asked until the BMC answers.
asio::awaitable<std::optional<Chassis>> look_patiently(Run& run) {
    while (!run.over() && !run.late()) {
        const auto state = co_await run.look();
        if (state && *state != Chassis::unknown) co_return *state;
        run.stage("waiting", state ? "the BMC does not know its power state" : state.error().text);
        co_await run.tools().tasks.nap(between_boot_looks);
    }
    co_return std::nullopt;
}

/// Off and on by hand instead of the chassis' own cycle, which many BMCs refuse when the node
/// happens to be off, and whose outcome cannot be read back.
asio::awaitable<Result<void>> power_up(Run& run, Chassis state) {
    if (state == Chassis::on) {
        run.note("decision", "the chassis is on, but only a new boot counts: power cycle");
        const auto off = co_await run.bring_to(Chassis::off, ActionKind::power_cycle);
        if (!off) co_return off;
    }
    co_return co_await run.bring_to(Chassis::on, ActionKind::power_on);
}

void finish_booted(Run& run) {
    const std::string& node = run.intent().node;
    auto& on = run.lane().switched_on;
    // Slurm says when the kernel began; what counts for its time-out is when it saw slurmd.
    if (on) run.tools().admission.booted_in(std::chrono::ceil<milliseconds>(steady_now() - *on));
    on.reset();
    run.tools().admission.settled(node);
    run.tools().quarantine.booted(node);
    run.finish("ok", "the chassis is on and slurmd has registered");
}

void did_not_boot(Run& run) {
    auto& tools = run.tools();
    if (!tools.scheduler.failure().empty())
        return run.finish("expired",
                          "the chassis is on; whether slurmd has registered is unknown: " +
                              tools.scheduler.failure());
    const std::string why =
        "slurmd did not register with a new boot time before the deadline: look at the node's "
        "console";
    run.note("incident", "the chassis is on, but slurmd did not register in ResumeTimeout");
    run.finish("failed", why);
    tools.admission.settled(run.intent().node);
    tools.quarantine.boot_failed(run.intent().node, why);
    if (const auto doubt = tools.doubts.resume_failed(steady_now()); !doubt.empty())
        tools.modes.demote(doubt);
}

asio::awaitable<void> wait_for_slurmd(Run& run) {
    run.stage("verifying", "the chassis is on; waiting for slurmd to register");
    const WallTime asked = run.intent().asked.wall;
    bool up = registered_since(slurm_node(run), asked);
    while (!up && !run.over() && !run.late()) {
        // Slurm is read all the time anyway; only the last word is asked for.
        const auto left =
            std::chrono::ceil<milliseconds>(run.intent().deadline.steady - steady_now());
        co_await run.tools().tasks.nap(
            std::clamp(left, milliseconds{1},
                       std::min(run.tools().config.daemon.scheduler_interval, longest_nap)));
        if (run.late()) static_cast<void>(co_await run.tools().scheduler.fresh());
        up = registered_since(slurm_node(run), asked);
    }
    if (run.over()) co_return;
    if (up) co_return finish_booted(run);
    did_not_boot(run);
}

}  // namespace

asio::awaitable<void> resume_node(Run& run) {
    co_await wait_out_soft_off(run);
    for (;;) {
        const auto state = co_await look_patiently(run);
        if (run.over()) co_return;
        if (!state) co_return run.finish("expired", "the BMC did not answer before ResumeTimeout");
        if (*state == Chassis::on && run.tools().modules.schedules())
            static_cast<void>(co_await run.tools().scheduler.fresh());
        if (*state == Chassis::on && registered_since(slurm_node(run), run.intent().asked.wall))
            co_return run.finish("ok", "the node has booted since the request");
        // It may boot at this moment, and a boot that ends brings the job: no cycle.
        if (*state == Chassis::on && run.intent().switched_on)
            co_return co_await wait_for_slurmd(run);
        const auto up = co_await power_up(run, *state);
        if (run.over()) co_return;
        if (up) co_return co_await wait_for_slurmd(run);
        if (run.late()) co_return run.finish_with(up.error());
        // The BMC answers, and nothing happens: more of the same would not help.
        const bool without_effect = run.intent().rule.empty() && up.error().fault == Fault::refused;
        if (without_effect)
            co_return run.finish("failed", up.error().text + "; left to Slurm's ResumeTimeout");
        // Refusals pass (Slurm comes back, a hold ends), and ResumeTimeout is the limit anyway.
        run.stage("waiting", up.error().text);
        co_await run.tools().tasks.nap(between_boot_looks * 3);
    }
}

}  // namespace frugald
