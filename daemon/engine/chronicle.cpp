#include "daemon/engine/chronicle.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald::chronicle {

namespace {

using Fields = std::vector<std::pair<std::string, HistoryValue>>;

HistoryEntry entry(const char* kind, std::string node, Fields fields) {
    return {Instant::now(), kind, std::move(node), std::move(fields)};
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

std::int64_t steady_ms(SteadyTime at) {
    return std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

const char* name_of(Actor actor) {
    constexpr const char* names[] = {"hook", "policy", "admin", "daemon"};
    return names[static_cast<int>(actor)];
}

void add_intent(const GuardedIntent& intent, Fields& to) {
    to.emplace_back("generation", number(intent.generation));
    to.emplace_back("newest", number(intent.newest));
    to.emplace_back("deadline_ms", to_unix_ms(intent.deadline.wall));
    to.emplace_back("deadline_steady_ms", steady_ms(intent.deadline.steady));
    to.emplace_back("resuming", intent.resuming);
}

void add_scheduler(const GuardFacts& facts, Fields& to) {
    if (!facts.scheduler_configured) return;
    std::vector<std::string> jobs;
    for (const auto job : facts.jobs) jobs.push_back(fmt::format("{}", job));
    // Not known by Slurm, or never read: busy.
    const auto& node = facts.node;
    to.emplace_back("slurm_state", node ? node->state_text : std::string{"unknown"});
    to.emplace_back("slurm_busy", !node || node->in_use() || !facts.jobs.empty());
    to.emplace_back("slurm_powering_up", node && node->powering_up);
    if (facts.scheduler_age) to.emplace_back("slurm_age_ms", facts.scheduler_age->count());
    to.emplace_back("slurm_rounds", std::int64_t{facts.scheduler_rounds});
    to.emplace_back("jobs", std::move(jobs));
}

void add_amounts(const GuardFacts& facts, Fields& to) {
    if (facts.feeds.empty()) return;
    std::vector<std::string> scopes;
    unsigned fresh = 100;
    for (const auto& feed : facts.feeds) {
        fresh = std::min(fresh, feed.fresh_percent);
        scopes.push_back(
            fmt::format("{} {:.0f} {:.0f}", feed.name, feed.expected.value, feed.limit.value));
    }
    to.emplace_back("fresh_percent", std::int64_t{fresh});
    to.emplace_back("scopes", std::move(scopes));
}

void add_cap(const Action& action, Fields& to) {
    if (action.cap) to.emplace_back("limit_watts", action.cap->value);
    if (action.lease_end) to.emplace_back("lease_end_ms", to_unix_ms(*action.lease_end));
    to.emplace_back("class", std::string{"economy"});
    to.emplace_back("exception", std::int64_t{0});  // the encoders know no other
}

}  // namespace

HistoryEntry hook(const Intent& intent) {
    return entry("hook", intent.node,
                 {{"verb", std::string{to_string(intent.wish)}},
                  {"generation", number(intent.generation)},
                  {"asked_ms", to_unix_ms(intent.asked.wall)},
                  {"deadline_ms", to_unix_ms(intent.deadline.wall)},
                  {"taken", true}});
}

HistoryEntry request(const Intent& intent) {
    return entry("request", intent.node,
                 {{"wish", std::string{to_string(intent.wish)}},
                  {"generation", number(intent.generation)},
                  {"actor", std::string{name_of(intent.actor)}},
                  {"by", intent.actor_name},
                  {"why", intent.reason},
                  {"deadline_ms", to_unix_ms(intent.deadline.wall)},
                  {"accept_job_loss", intent.accept_job_loss}});
}

HistoryEntry refused(const Action& action, const Verdict& verdict) {
    return entry("refused", action.node,
                 {{"action", std::string{to_string(action.kind)}},
                  {"actor", std::string{name_of(action.actor)}},
                  {"by", action.actor_name},
                  {"rule", verdict.rule},
                  {"why", verdict.why}});
}

HistoryEntry command(std::int64_t id, const Action& action, const GuardFacts& facts,
                     const std::string& guid, const std::string& pinned) {
    Fields fields{{"id", id},
                  {"action", std::string{to_string(action.kind)}},
                  {"actor", std::string{name_of(action.actor)}},
                  {"by", action.actor_name},
                  {"why", action.reason},
                  {"mode", std::string{to_string(facts.mode)}},
                  {"accept_job_loss", action.accept_job_loss},
                  {"approved", action.approved},
                  {"bmc_rounds", std::int64_t{facts.bmc_rounds}}};
    if (facts.intent) add_intent(*facts.intent, fields);
    add_scheduler(facts, fields);
    add_amounts(facts, fields);
    if (!guid.empty()) fields.emplace_back("guid", guid);
    if (!pinned.empty()) fields.emplace_back("pinned_guid", pinned);
    if (action.kind == ActionKind::set_cap || action.kind == ActionKind::release_cap)
        add_cap(action, fields);
    return entry("command", action.node, std::move(fields));
}

HistoryEntry answer(std::int64_t id, const std::string& node, bool ok, const std::string& text) {
    return entry("answer", node, {{"id", id}, {"ok", ok}, {"text", text}});
}

HistoryEntry read_back(std::int64_t id, const std::string& node, Chassis chassis) {
    return entry("read_back", node, {{"id", id}, {"chassis", std::string{to_string(chassis)}}});
}

HistoryEntry cap_read_back(std::int64_t id, const std::string& node, bool active, Watts limit) {
    return entry("read_back", node,
                 {{"id", id}, {"cap_active", active}, {"cap_watts", limit.value}});
}

HistoryEntry cap_end(const std::string& node, const std::string& why) {
    return entry("cap_end", node, {{"why", why}});
}

HistoryEntry incident(const std::string& node, const std::string& what, const std::string& text) {
    return entry("incident", node, {{"what", what}, {"text", text}});
}

HistoryEntry hold(const std::string& node, const HoldState& state) {
    Fields fields{{"by", state.owner}, {"why", state.reason}};
    if (state.until) fields.emplace_back("until_ms", to_unix_ms(*state.until));
    return entry("hold", node, std::move(fields));
}

HistoryEntry release(const std::string& node, const std::string& by, const std::string& why) {
    return entry("release", node, {{"by", by}, {"why", why}});
}

HistoryEntry mode(const ModeRule& rule, const std::string& by, const std::string& why) {
    return entry("mode", {},
                 {{"partition", rule.partition},
                  {"action", std::string{rule.action ? to_string(*rule.action) : ""}},
                  {"mode", std::string{to_string(rule.mode)}},
                  {"by", by},
                  {"why", why}});
}

HistoryEntry identity(const std::string& node, const char* event, const std::string& guid) {
    return entry("identity", node, {{"event", std::string{event}}, {"guid", guid}});
}

HistoryEntry quarantine(const std::string& node, const std::string& why) {
    return entry("quarantine", node, {{"why", why}});
}

HistoryEntry calibration(const PowerSource& source, const Calibration& calibration) {
    return entry("calibration", {},
                 {{"source", to_string(source)},
                  {"factor", calibration.factor},
                  {"reference_watts", calibration.reference.value},
                  {"raw_watts", calibration.raw.value},
                  {"by", calibration.author},
                  {"why", calibration.by}});
}

HistoryEntry stop(const std::string& why) { return entry("stop", {}, {{"why", why}}); }

}  // namespace frugald::chronicle
