#include "daemon/engine/situation.h"

#include <unistd.h>

#include <array>

namespace frugald {

namespace {

/// "admin1.site.org" and "admin1" are one host.
std::string_view short_name(std::string_view host) { return host.substr(0, host.find('.')); }

std::string this_host() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return {};
    return name.data();
}

}  // namespace

Situation::Situation(Witnesses witnesses) : of_(witnesses), own_host_(this_host()) { configured(); }

void Situation::configured() {
    managed_ = {of_.config.managed_nodes.begin(), of_.config.managed_nodes.end()};
    never_touch_ = {of_.config.never_touch.begin(), of_.config.never_touch.end()};
    counted_ = {};
}

std::string Situation::protected_why(const std::string& node) const {
    if (never_touch_.count(node) > 0) return "it is in never_touch";
    if (short_name(node) == short_name(own_host_)) return "frugald runs on it";
    if (const auto& view = of_.scheduler.view())
        for (const auto& host : view->controllers)
            if (short_name(host) == short_name(node)) return "slurmctld runs on it";
    return {};
}

Mode Situation::mode(const std::string& node, ActionClass action) const {
    const auto* slurm = of_.scheduler.node(node);
    return of_.modes.of(slurm ? slurm->partitions : std::vector<std::string>{}, action);
}

/// Counted once a second at most: ten thousand nodes are asked.
unsigned Situation::fresh_percent(Instant now) const {
    if (counted_ != SteadyTime{} && now.steady - counted_ < std::chrono::seconds{1})
        return fresh_percent_;
    std::size_t all = 0, fresh = 0;
    for (const auto& node : managed_) {
        const auto state = of_.fleet.state(node, now.wall);
        // Who was not asked yet since the start (sessions of a killed run expire first) is no sign
        // of a network that is away.
        if (!of_.fleet.knows_node(node) || !state.tried) continue;
        ++all;
        fresh += state.chassis != Chassis::unknown;
    }
    counted_ = now.steady;
    fresh_percent_ = all == 0 ? 100 : static_cast<unsigned>(100 * fresh / all);
    return fresh_percent_;
}

bool Situation::approved(const Action& action) const {
    constexpr std::chrono::minutes for_the_hook{10};
    if (action.approved) return true;
    const auto found = approved_.find(action.node);
    const bool off = action.actor == Actor::hook && class_of(action.kind) == ActionClass::off;
    return off && found != approved_.end() && steady_now() - found->second < for_the_hook;
}

void Situation::add_permission(const Action& action, GuardFacts& facts) const {
    const auto which = action.repair ? ActionClass::repair : class_of(action.kind);
    facts.mode = mode(action.node, which);
    facts.approved = approved(action);
    facts.demoted = of_.modes.demoted();
    facts.hold_all = of_.holds.all();
    facts.node_hold = of_.holds.node(action.node);
    facts.closed_window = closed_window(of_.config.guard.windows, which, facts.now.wall);
    facts.managed = managed(action.node);
    facts.protected_why = protected_why(action.node);
    facts.identity = of_.identities.problem(action.node);
}

void Situation::add_scheduler(const Action& action, GuardFacts& facts) const {
    facts.scheduler_rounds = of_.scheduler.rounds();
    facts.scheduler_configured = of_.modules.schedules();
    facts.scheduler_failure = of_.scheduler.failure();
    facts.scheduler_age = of_.scheduler.age(facts.now);
    facts.max_scheduler_age = of_.config.guard.max_scheduler_age;
    if (const auto* node = of_.scheduler.node(action.node)) facts.node = *node;
    facts.jobs = of_.scheduler.jobs_on(action.node);
    facts.reservation = of_.scheduler.reservation_on(action.node, facts.now.wall);
}

void Situation::add_amounts(const Action& action, GuardFacts& facts) const {
    facts.fresh_percent = fresh_percent(facts.now);
    facts.least_fresh_percent = of_.config.guard.least_fresh_percent;
    if (action.actor != Actor::daemon)
        facts.feeds = of_.admission.feeds(action.node, action.kind, facts.now);
    const bool budgeted =
        action.kind == ActionKind::suspend || action.kind == ActionKind::power_off;
    if (action.actor == Actor::policy && budgeted)
        facts.budgets = of_.offs.figures(action.node, facts.mode, facts.now);
    // Who approves a plan may do more at once than a policy by itself, but not more than the site.
    if (action.approved)
        std::erase_if(facts.budgets, [](const auto& budget) { return budget.of_mode; });
    facts.least_cap = Watts{of_.config.cap.least_watts};
}

GuardFacts Situation::facts(const Action& action, const Intent* intent,
                            std::uint64_t newest) const {
    GuardFacts facts;
    facts.now = Instant::now();
    facts.bmc_rounds = of_.fleet.rounds(action.node);
    facts.settle_rounds = of_.config.guard.settle_rounds;
    add_permission(action, facts);
    add_scheduler(action, facts);
    add_amounts(action, facts);
    if (intent) {
        const bool resuming = intent->wish == Wish::resume;
        facts.intent = {intent->generation, newest, intent->deadline, resuming};
    }
    return facts;
}

}  // namespace frugald
