#include "daemon/engine/intent.h"

#include <algorithm>

namespace frugald {

const char* to_string(Wish wish) {
    switch (wish) {
        case Wish::suspend:
            return "suspend";
        case Wish::resume:
            return "resume";
        case Wish::resume_fail:
            return "resume-fail";
        case Wish::on:
            return "on";
        case Wish::off:
            return "off";
        case Wish::soft:
            return "soft";
        case Wish::cycle:
            return "cycle";
    }
    return "unknown";
}

const char* journal_name(Wish wish) {
    switch (wish) {
        case Wish::suspend:
            return "hook-suspend";
        case Wish::resume:
            return "hook-resume";
        case Wish::resume_fail:
            return "hook-resume-fail";
        default:
            return to_string(wish);
    }
}

IntentState describe(const Intent& intent) {
    return {to_string(intent.wish), intent.stage, intent.generation, intent.deadline.wall,
            intent.detail};
}

ActionRecord record_of(const Intent& intent) {
    ActionRecord record;
    record.asked = intent.asked.wall;
    record.deadline = intent.deadline.wall;
    record.node = intent.node;
    record.action = journal_name(intent.wish);
    record.actor = intent.actor_name;
    record.reason = intent.reason;
    record.generation = intent.generation;
    return record;
}

Instant suspend_deadline(Instant asked, std::chrono::milliseconds suspend_timeout,
                         std::chrono::milliseconds margin) {
    return asked + std::max(suspend_timeout - margin, std::chrono::milliseconds{0});
}

std::chrono::seconds off_time_out(const SchedulerView& view, const std::string& node) {
    const auto found = view.nodes.find(node);
    return found == view.nodes.end() ? view.suspend_timeout
                                     : view.suspend_timeout_of(found->second);
}

std::chrono::seconds on_time_out(const SchedulerView& view, const std::string& node) {
    const auto found = view.nodes.find(node);
    return found == view.nodes.end() ? view.resume_timeout : view.resume_timeout_of(found->second);
}

Instant earlier(Instant a, Instant b) {
    return {std::min(a.steady, b.steady), std::min(a.wall, b.wall)};
}

Instant instant_at(WallTime wall, Instant now) { return {now.steady + (wall - now.wall), wall}; }

}  // namespace frugald
