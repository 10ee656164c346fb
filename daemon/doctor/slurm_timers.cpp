// Slurm's timers of power saving: each of these has made good nodes DOWN somewhere.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/doctor/check.h"

namespace frugald::doctor {

namespace {

using std::chrono::seconds;
constexpr seconds day{24 * 3600};

/// The slowest class; absent: nothing has been measured.
std::optional<Percentile> slowest(const std::map<std::string, Percentile>& classes) {
    std::optional<Percentile> worst;
    for (const auto& [name, times] : classes)
        if (times.count > 0 && (!worst || times.p99 > worst->p99)) worst = times;
    return worst;
}

Finding suspend_time(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    if (!slurm->suspend_time)
        return failed(
            "SuspendTime is -1: power saving is off, and slurmctld refuses power commands",
            "set SuspendTime=31536000 in slurm.conf: frugald decides, Slurm obeys");
    if (*slurm->suspend_time < day)
        return warn(fmt::format("SuspendTime is {} s for all or some nodes: Slurm itself suspends "
                                "whatever is idle for so long, all of it at once after a restart",
                                slurm->suspend_time->count()),
                    "set SuspendTime=31536000 in slurm.conf and let a policy of frugald decide, "
                    "or accept that Slurm's timer decides");
    return ok(fmt::format("SuspendTime is {} s: frugald decides when nodes sleep",
                          slurm->suspend_time->count()));
}

Finding suspend_timeout(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto margin = facts.config.guard.off_margin;
    const auto usable = slurm->suspend_timeout - margin;
    if (usable <= std::chrono::milliseconds{0})
        return failed(fmt::format("SuspendTimeout is {} s, not more than off_margin_s ({}): no off "
                                  "could ever be sent in time",
                                  slurm->suspend_timeout.count(), seconds_text(margin)),
                      "raise SuspendTimeout in slurm.conf to 120 or more");
    const auto off = slowest(facts.off_times);
    if (!off)
        return unknown("no power-down has been measured yet",
                       "switch some nodes off with frugalctl power off and ask again");
    const auto figures =
        fmt::format("SuspendTimeout is {} s; 99 of 100 measured power-downs ({}) took at most {}",
                    slurm->suspend_timeout.count(), off->count, seconds_text(off->p99));
    if (off->p99 > usable)
        return failed(figures,
                      "raise SuspendTimeout in slurm.conf above that time plus "
                      "off_margin_s: Slurm starts jobs on nodes that still go down");
    return ok(figures);
}

Finding resume_timeout(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto boot = slowest(facts.boot_times);
    if (!boot)
        return unknown("no boot has been measured yet",
                       "have frugald resume some nodes (frugalctl power wake) and ask again");
    const auto figures =
        fmt::format("ResumeTimeout is {} s; 99 of 100 measured boots ({}) took at most {}",
                    slurm->resume_timeout.count(), boot->count, seconds_text(boot->p99));
    if (slurm->resume_timeout < boot->p99)
        return failed(figures, "raise ResumeTimeout in slurm.conf: good nodes become DOWN");
    if (slurm->resume_timeout < boot->p99 * 6 / 5)
        return warn(figures, "raise ResumeTimeout in slurm.conf to that time plus 20 % or more");
    return ok(figures);
}

Finding timer_order(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    if (!slurm->suspend_time) return ok("power saving is off: see slurm-suspend-time");
    const auto cycle = slurm->suspend_timeout + slurm->resume_timeout;
    const auto figures = fmt::format("SuspendTime is {} s, SuspendTimeout + ResumeTimeout {} s",
                                     slurm->suspend_time->count(), cycle.count());
    if (*slurm->suspend_time < cycle)
        return warn(figures,
                    "raise SuspendTime above the sum: nodes are suspended before it is "
                    "known whether their last resume has worked");
    return ok(figures);
}

Finding suspend_rate(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto& rate = slurm->power_saving.suspend_rate;
    if (rate) return ok(fmt::format("SuspendRate is {} nodes a minute", *rate));
    if (slurm->suspend_time && *slurm->suspend_time < day)
        return warn(
            "SuspendRate is 0, no limit, and SuspendTime is short: every idle node is "
            "suspended at once",
            "set SuspendRate in slurm.conf, 60 for instance");
    return ok("SuspendRate is 0, no limit; frugald asks for few at a time");
}

Finding resume_rate(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto& rate = slurm->power_saving.resume_rate;
    const auto text = rate ? fmt::format("ResumeRate is {} nodes a minute", *rate)
                           : std::string{"ResumeRate is 0, no limit"};
    const auto& bearable = facts.bearable_resume_rate;
    if (!bearable)
        return unknown(text + "; what the breakers bear is not known",
                       "give frugald the power budgets of the breakers, or compare by hand");
    if (!rate || *rate > *bearable)
        return warn(fmt::format("{}; the budgets bear {}", text, *bearable),
                    fmt::format("set ResumeRate={} in slurm.conf: what frugald has to queue eats "
                                "from ResumeTimeout",
                                *bearable));
    return ok(fmt::format("{}; the budgets bear {}", text, *bearable));
}

Finding batch_start_timeout(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto time = slurm->power_saving.batch_start_timeout;
    const auto text = fmt::format("BatchStartTimeout is {} s", time.count());
    if (time <= seconds{10})
        return warn(text + ", the default or less",
                    "set BatchStartTimeout=60 or more in slurm.conf: a freshly booted node needs "
                    "longer to start a batch job");
    return ok(text);
}

}  // namespace

std::span<const Check> slurm_timer_checks() {
    static constexpr Check checks[] = {
        {"slurm-suspend-time", suspend_time},
        {"slurm-suspend-timeout", suspend_timeout},
        {"slurm-resume-timeout", resume_timeout},
        {"slurm-timer-order", timer_order},
        {"slurm-suspend-rate", suspend_rate},
        {"slurm-resume-rate", resume_rate},
        {"slurm-batch-start-timeout", batch_start_timeout},
    };
    return checks;
}

}  // namespace frugald::doctor
