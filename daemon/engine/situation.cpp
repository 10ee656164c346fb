#include "daemon/engine/situation.h"

#include <unistd.h>

#include <algorithm>
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

Situation::Situation(const Config& config, const Modules& modules, const Fleet& fleet,
                     const SchedulerWatch& scheduler, const Holds& holds)
    : config_(config),
      modules_(modules),
      fleet_(fleet),
      scheduler_(scheduler),
      holds_(holds),
      own_host_(this_host()) {
    configured();
}

void Situation::configured() {
    managed_ = {config_.managed_nodes.begin(), config_.managed_nodes.end()};
    never_touch_ = {config_.never_touch.begin(), config_.never_touch.end()};
}

std::string Situation::protected_why(const std::string& node) const {
    if (never_touch_.count(node) > 0) return "it is in never_touch";
    if (short_name(node) == short_name(own_host_)) return "frugald runs on it";
    if (const auto& view = scheduler_.view())
        for (const auto& host : view->controllers)
            if (short_name(host) == short_name(node)) return "slurmctld runs on it";
    return {};
}

void Situation::count_off(SteadyTime at) {
    std::erase_if(offs_, [at](SteadyTime off) { return at - off >= std::chrono::minutes{10}; });
    offs_.push_back(at);
}

unsigned Situation::offs_lately(SteadyTime now) const {
    return static_cast<unsigned>(std::ranges::count_if(
        offs_, [now](SteadyTime at) { return now - at < std::chrono::minutes{10}; }));
}

GuardFacts Situation::facts(const Action& action, const Intent* intent,
                            std::uint64_t newest) const {
    GuardFacts facts;
    facts.now = Instant::now();
    facts.mode = config_.guard.mode;
    facts.hold_all = holds_.all();
    facts.node_hold = holds_.node(action.node);
    facts.managed = managed(action.node);
    facts.protected_why = protected_why(action.node);
    facts.bmc_rounds = fleet_.rounds(action.node);
    facts.scheduler_rounds = scheduler_.rounds();
    facts.settle_rounds = config_.guard.settle_rounds;
    facts.scheduler_configured = modules_.schedules();
    facts.scheduler_failure = scheduler_.failure();
    facts.scheduler_age = scheduler_.age(facts.now);
    facts.max_scheduler_age = config_.guard.max_scheduler_age;
    if (const auto* node = scheduler_.node(action.node)) facts.node = *node;
    facts.jobs = scheduler_.jobs_on(action.node);
    if (intent) {
        const bool resuming = intent->wish == Wish::resume;
        facts.intent = {intent->generation, newest, intent->deadline, resuming};
    }
    facts.offs_lately = offs_lately(facts.now.steady);
    facts.offs_allowed = config_.guard.offs_per_10_minutes;
    facts.least_cap = Watts{config_.cap.least_watts};
    return facts;
}

}  // namespace frugald
