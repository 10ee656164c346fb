#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

// Longer than the daemon reads back, all attempts together.
constexpr std::int64_t read_back_within_ms = 120'000;

/// N6: no cap switches a node off when it is exceeded, and none is trusted before it was read back.
class CapsDoNoHarm final : public Rule {
public:
    explicit CapsDoNoHarm(Findings& findings) : Rule("N6", findings) {}

    void see(const Record& record, const Facts& facts) override {
        const bool command = record.kind == "command" && record.text("action") == "cap";
        const bool received = record.kind == "world_bmc" && record.text("command") == "cap" &&
                              !record.flag("external");
        if (command || received) judge_exception(record);
        if (facts.running()) look_for_unread(record);
        if (record.kind == "answer" && record.flag("ok")) wait_for(record);
        if (command) asked_[record.node] = record.integer("id").value_or(0);
        if (record.kind == "stop" || record.kind == "world_kill") unread_.clear();
        // The answer may be told after the reading back.
        if (record.kind == "read_back") asked_.erase(record.node);
        if (ends_the_wait(record)) unread_.erase(record.node);
    }

private:
    void judge_exception(const Record& cap) {
        judged();
        const auto exception = cap.integer("exception");
        if (exception && *exception != 0)
            violated(cap, fmt::format("a cap with exception action {:02x}h: only 00h, none, does "
                                      "not switch the node off",
                                      *exception));
    }

    static bool ends_the_wait(const Record& record) {
        return record.kind == "read_back" || record.kind == "cap_end" ||
               record.kind == "incident" || record.kind == "quarantine" || record.kind == "command";
    }

    void wait_for(const Record& answer) {
        const auto asked = asked_.find(answer.node);
        if (asked != asked_.end() && asked->second == answer.integer("id").value_or(-1))
            unread_[answer.node] = answer.at_ms;
    }

    void look_for_unread(const Record& now) {
        for (auto at = unread_.begin(); at != unread_.end();) {
            if (now.at_ms - at->second <= read_back_within_ms) {
                ++at;
                continue;
            }
            violated(now, at->first,
                     fmt::format("a cap that the BMC accepted was not read back within {} s",
                                 read_back_within_ms / 1000));
            at = unread_.erase(at);
        }
    }

    std::map<std::string, std::int64_t> asked_;   // the newest cap command, not read back
    std::map<std::string, std::int64_t> unread_;  // accepted at
};

/// N7: nothing is switched on or freed of a cap without fresh readings of what it is part of.
class NoRiseInTheDark final : public Rule {
public:
    explicit NoRiseInTheDark(Findings& findings) : Rule("N7", findings) {}

    void see(const Record& record, const Facts& facts) override {
        const auto action = record.text("action");
        if (record.kind == "stop") stopping_ = true;
        if (record.kind == "config") stopping_ = false;
        if (record.kind != "command") return;
        if (action == "cap") {
            cap_[record.node] = &record;
        } else if ((action == "on" || action == "uncap") && !by_admin(record) &&
                   !(action == "uncap" && has_to_end(record))) {
            judge(record, action, facts);
        }
    }

private:
    /// Economy caps fail released: at the end of the lease, and when the daemon stops (N4).
    bool has_to_end(const Record& release) const {
        const auto cap = cap_.find(release.node);
        if (cap == cap_.end() || cap->second->text("class") != "economy") return false;
        if (release.text("actor") == "daemon") return true;  // taken back, or ended
        const auto end = cap->second->integer("lease_end_ms");
        return stopping_ || (end && release.wall_ms >= *end);
    }

    /// A hook's or the daemon's own rise is held up only by what it would burden: a scope.
    void judge(const Record& command, const std::string& action, const Facts& facts) {
        std::string scope;
        for (const auto& [name, candidate] : facts.scopes())
            if (candidate.nodes.contains(command.node)) scope = name;
        const auto fresh = command.number("fresh_percent");
        const double needed = facts.setting("fresh_percent", 80);
        if (scope.empty() && command.text("actor") != "policy") return;
        judged();
        if (fresh && *fresh < needed)
            violated(command, fmt::format("{} with {:.0f} % fresh readings, {:.0f} % needed",
                                          action, *fresh, needed));
        if (!fresh)
            violated(command,
                     fmt::format("{} without knowing how many readings {}are fresh", action,
                                 scope.empty() ? "" : fmt::format("of {} ", scope)));
    }

    std::map<std::string, const Record*> cap_;
    bool stopping_ = false;
};

}  // namespace

std::unique_ptr<Rule> caps_do_no_harm(Findings& findings) {
    return std::make_unique<CapsDoNoHarm>(findings);
}

std::unique_ptr<Rule> no_rise_in_the_dark(Findings& findings) {
    return std::make_unique<NoRiseInTheDark>(findings);
}

}  // namespace frugald::audit
