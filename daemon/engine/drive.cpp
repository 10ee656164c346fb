#include <fmt/format.h>

#include "daemon/engine/run.h"

namespace frugald {

asio::awaitable<void> carry_out(Run& run) {
    const bool settled = co_await run.settle();
    if (!settled) co_return;
    switch (run.intent().wish) {
        case Wish::suspend:
            co_await suspend_node(run);
            break;
        case Wish::resume:
            co_await resume_node(run);
            break;
        case Wish::resume_fail:
            co_await resume_failed(run);
            break;
        default:
            co_await admin_power(run);
            break;
    }
}

namespace {

asio::awaitable<void> shut_down_orderly(Run& run) {
    const auto sent = co_await run.command(ActionKind::power_soft, PowerCommand::soft);
    if (!sent) co_return;
    run.stage("verifying", "waiting for the orderly shutdown");
    const auto give_up = steady_now() + run.tools().config.power.soft_off_grace;
    bool off = false;
    while (!off && !run.over() && !run.late() && steady_now() < give_up)
        off = co_await run.becomes(Chassis::off);
}

/// Off, and again while the guard's reason may still pass (Slurm away for a moment, BMCs that have
/// not answered yet since the start, a hold) and
/// the deadline has not.
asio::awaitable<void> switch_off(Run& run) {
    for (;;) {
        const auto off = co_await run.bring_to(Chassis::off, ActionKind::power_off);
        if (run.over()) co_return;
        if (off) co_return run.finish("ok", "the chassis is off");
        const std::string& rule = run.intent().rule;
        const bool may_pass = rule == "N1" || rule == "N7" || rule == "N11";
        if (run.late() && run.intent().wish == Wish::suspend)
            run.note(
                "incident",
                fmt::format("Slurm counts {0} as off from now on, but it is not: {1}. It goes on "
                            "drawing power; its next resume will be a power cycle. When its BMC "
                            "obeys again: frugalctl power off {0}",
                            run.intent().node, off.error().text));
        if (run.late() || !may_pass) co_return run.finish_with(off.error());
        run.stage("waiting", off.error().text);
        co_await run.tools().tasks.nap(std::chrono::seconds{1});
    }
}

}  // namespace

asio::awaitable<void> suspend_node(Run& run) {
    // The hook may have come before Slurm's own SuspendTimeout was known.
    Intent& intent = run.intent();
    if (const auto& view = run.tools().scheduler.view())
        intent.deadline = earlier(intent.deadline,
                                  suspend_deadline(intent.asked, off_time_out(*view, intent.node),
                                                   run.tools().config.guard.off_margin));
    const auto state = co_await run.look();
    if (run.over()) co_return;
    if (state && *state == Chassis::off) co_return run.finish("ok", "the chassis was off already");
    if (run.tools().config.power.soft_off_first) {
        co_await shut_down_orderly(run);
        if (run.over()) co_return;
        const auto after = co_await run.look();
        if (after && *after == Chassis::off)
            co_return run.finish("ok", "off after an orderly shutdown");
    }
    co_await switch_off(run);
}

asio::awaitable<void> resume_failed(Run& run) {
    const auto state = co_await run.look();
    const std::string seen = state ? to_string(*state) : "unknown: " + state.error().text;
    run.note("incident",
             fmt::format("Slurm gave up waiting for the node to boot; the chassis is {}", seen));
    if (!run.tools().config.power.resume_fail_off || (state && *state == Chassis::off))
        co_return run.finish("ok", "reported; the chassis is left " + seen);
    co_await switch_off(run);
}

asio::awaitable<void> admin_power(Run& run) {
    const Wish wish = run.intent().wish;
    Result<void> done{};
    if (wish == Wish::soft) {
        done = co_await run.command(ActionKind::power_soft, PowerCommand::soft);
        if (done) co_return run.finish("ok", "the orderly shutdown has begun");
    }
    if (wish == Wish::off || wish == Wish::cycle) {
        const auto kind = wish == Wish::off ? ActionKind::power_off : ActionKind::power_cycle;
        done = co_await run.bring_to(Chassis::off, kind);
    }
    if ((wish == Wish::cycle && done) || wish == Wish::on)
        done = co_await run.bring_to(Chassis::on, ActionKind::power_on);
    if (run.over()) co_return;
    if (done)
        co_return run.finish("ok", wish == Wish::off ? "the chassis is off" : "the chassis is on");
    run.finish_with(done.error());
}

}  // namespace frugald
