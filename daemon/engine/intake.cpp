#include "daemon/engine/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "daemon/core/fields.h"
#include "daemon/core/log.h"
#include "daemon/core/nodeset.h"
#include "daemon/engine/chronicle.h"
#include "daemon/engine/resume_file.h"

namespace frugald {

namespace {

Wish wish_of(hook::Verb verb) {
    switch (verb) {
        case hook::Verb::suspend:
            return Wish::suspend;
        case hook::Verb::resume:
            return Wish::resume;
        case hook::Verb::resume_fail:
            return Wish::resume_fail;
    }
    return Wish::resume_fail;
}

const char* program_of(Wish wish) {
    if (wish == Wish::suspend) return "SuspendProgram";
    return wish == Wish::resume ? "ResumeProgram" : "ResumeFailProgram";
}

/// For the time before Slurm has been read: its default (slurm.conf(5)) for an off, which must not
/// be late, and patience for an on, which does no harm.
constexpr std::chrono::seconds default_suspend_timeout{30};
constexpr std::chrono::seconds default_resume_timeout{600};

std::optional<Wish> hook_wish(const std::string& journal_action) {
    for (const Wish wish : {Wish::suspend, Wish::resume, Wish::resume_fail})
        if (journal_action == journal_name(wish)) return wish;
    return std::nullopt;
}

}  // namespace

Instant Intake::deadline(Wish wish, const std::string& node, Instant asked) const {
    const auto& view = tools_.scheduler.view();
    const auto suspend = view ? off_time_out(*view, node) : default_suspend_timeout;
    const auto resume = view ? on_time_out(*view, node) : default_resume_timeout;
    if (wish == Wish::suspend)
        return suspend_deadline(asked, suspend, tools_.config.guard.off_margin);
    return asked + resume;
}

IntentPtr Intake::make(Wish wish, const std::string& node, WallTime called_at) const {
    auto intent = std::make_shared<Intent>();
    intent->wish = wish;
    intent->node = node;
    intent->generation = actuation_.next_generation();
    // A hook's clock that is ahead of ours must not lengthen a deadline.
    const Instant now = Instant::now();
    intent->asked = instant_at(std::min(called_at, now.wall), now);
    intent->deadline = deadline(wish, node, intent->asked);
    intent->actor = Actor::hook;
    intent->actor_name = program_of(wish);
    intent->reason = fmt::format("slurmctld called {}", program_of(wish));
    return intent;
}

/// The same hook again while the first call's request is under way is the first request.
bool Intake::repeats(const Intent& intent) const {
    const auto current = actuation_.current(intent.node);
    if (!current || current->actor != Actor::hook || current->wish != intent.wish) return false;
    return intent.wish != Wish::suspend || !intent.asked.reached(current->deadline);
}

void Intake::report_unknown(hook::Verb verb, const std::vector<std::string>& nodes) {
    if (nodes.empty()) return;
    const auto text = fmt::format("{} of {}: no BMC is configured for them; nothing is done",
                                  to_string(verb), fold_nodeset(nodes));
    log::error("hook: {}", text);
    tools_.journal.note("", "hook", text);
}

asio::awaitable<hook::Ack> Intake::take(hook::Message message) {
    auto nodes = expand_nodeset(message.nodes, NodesetDialect::slurm);
    if (nodes && nodes->empty()) nodes = fail(Fault::invalid, "the nodeset names no node");
    if (!nodes) {
        log::error("{} hook: {}", to_string(message.verb), nodes.error().text);
        tools_.journal.note("", "hook",
                            fmt::format("{}: {}", to_string(message.verb), nodes.error().text));
        co_return hook::Ack{false, nodes.error().text};
    }
    std::set<std::string> for_jobs;
    for (auto& job : read_resume_file(message.resume_file))
        for_jobs.insert(job.nodes.begin(), job.nodes.end());
    std::vector<IntentPtr> intents;
    std::vector<ActionRecord> records;
    std::vector<std::string> unknown;
    for (const auto& node : *nodes) {
        auto intent = make(wish_of(message.verb), node, from_unix_ms(message.called_at_ms));
        intent->for_job = for_jobs.count(node) > 0;
        if (!tools_.modules.reaches(node)) {
            unknown.push_back(node);
        } else if (!repeats(*intent)) {
            records.push_back(record_of(*intent));
            intents.push_back(std::move(intent));
        }
    }
    report_unknown(message.verb, unknown);
    if (!records.empty()) {
        const auto ids = co_await tools_.journal.begin(std::move(records));
        // Nodes fail on: without a journal nothing is switched off, but a wake-up still happens.
        const bool waking = message.verb == hook::Verb::resume;
        if (!ids && !waking) co_return hook::Ack{false, ids.error().text};
        for (std::size_t i = 0; i < intents.size(); ++i) {
            intents[i]->journal_id = ids ? (*ids)[i] : 0;
            tools_.journal.audit(chronicle::hook(*intents[i]));
            actuation_.want(intents[i]);
        }
    }
    log::info("{} of {}: {} requests", to_string(message.verb), message.nodes, intents.size());
    co_return hook::Ack{true, fmt::format("{} of {} nodes", intents.size(), nodes->size())};
}

asio::awaitable<bool> Intake::take_spooled(hook::Message message) {
    const Instant now = Instant::now();
    const auto called = instant_at(from_unix_ms(message.called_at_ms), now);
    const Wish wish = wish_of(message.verb);
    const auto age = std::chrono::floor<std::chrono::seconds>(now.wall - called.wall);
    // Of one call, the node with the longest time-out decides: the others expire by themselves.
    const auto nodes = expand_nodeset(message.nodes, NodesetDialect::slurm);
    const bool too_old = wish == Wish::suspend ||
                         (nodes && std::ranges::all_of(*nodes, [&](const std::string& node) {
                              return now.reached(deadline(wish, node, called));
                          }));
    if (!too_old) {
        const auto ack = co_await take(std::move(message));
        co_return ack.accepted;
    }
    const auto what = wish == Wish::suspend
                          ? "the node stays on, and its next resume will be a power cycle"
                          : "too old to act on";
    const auto when = age.count() >= 0 ? fmt::format("{} s ago", age.count())
                                       : std::string{"before the clock was set back,"};
    const auto text = fmt::format("{} of {} was called {} while frugald was not running: {}",
                                  to_string(message.verb), message.nodes, when, what);
    log::error("{}", text);
    tools_.journal.note("", "hook", text);
    co_return true;
}

asio::awaitable<void> Intake::reopen(std::vector<ActionRow> open,
                                     std::vector<std::pair<std::string, std::string>> switched_on) {
    std::map<std::string, std::int64_t> by;
    for (const auto& [node, action] : switched_on) by[node] = number_in<std::int64_t>(action);
    std::map<std::string, IntentPtr> newest;
    for (const auto& row : open) {
        const auto wish = hook_wish(row.record.action);
        if (!wish) {
            tools_.journal.finish(row.id, "failed",
                                  "frugald ended while this was under way; the "
                                  "outcome is what the BMC shows");
            continue;
        }
        const Instant now = Instant::now();
        auto intent = make(*wish, row.record.node, row.record.asked);
        intent->journal_id = row.id;
        intent->reason = row.record.reason;
        intent->deadline = instant_at(row.record.deadline, now);
        const auto found = by.find(intent->node);
        intent->switched_on = found != by.end() && found->second == row.id;
        auto& place = newest[intent->node];
        if (place) tools_.journal.finish(place->journal_id, "superseded", "by a newer request");
        place = std::move(intent);
    }
    for (const auto& [node, intent] : newest) {
        log::notice("{}: taking up the {} of {} again", node, to_string(intent->wish),
                    iso8601(intent->asked.wall));
        actuation_.want(intent);
    }
    co_return;
}

}  // namespace frugald
