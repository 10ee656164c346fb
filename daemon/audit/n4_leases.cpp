#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

/// What the settings of a history may change, as a simulation's whose daemon looks rarely.
constexpr double usual_grace_ms = 60'000;

/// N4: every cap has an owner, a class and an end; economy caps are ended in time while the daemon
/// runs, and none is left by an orderly stop.
class CapsHaveAnEnd final : public Rule {
public:
    explicit CapsHaveAnEnd(Findings& findings) : Rule("N4", findings) {}

    void see(const Record& record, const Facts& facts) override {
        if (facts.running() && record.at_ms >= next_look_ms_) look_for_late_ones(record, facts);
        const auto action = record.text("action");
        if (record.kind == "command" && action == "cap") begin(record);
        const bool asked = record.kind == "command" && action == "uncap";
        if (record.kind == "refused" && action == "uncap") held_up(record);
        const bool received = record.kind == "world_bmc" && record.text("command") == "uncap";
        if (record.kind == "cap_end" || received) leases_.erase(record.node);
        if (asked && leases_.contains(record.node)) leases_.at(record.node).release_asked = true;
        if (record.kind == "answer") answered(record);
        if (record.kind == "stop") stopped_ = true;
        if (record.kind == "config" && record.text("event") == "start") {
            if (stopped_) look_for_left_ones(record);
            stopped_ = false;
        }
    }

    void finish(const Record& last, const Facts&) override {
        if (stopped_) look_for_left_ones(last);
    }

private:
    struct Lease {
        std::int64_t id = 0;
        std::int64_t end_at_ms = 0;  // a step of the wall clock may end it sooner, not later
        bool economy = false;
        bool release_asked = false;
        bool held_up = false;
        bool told = false;
    };

    /// Another machine's BMC, or a kill switch: nobody may end it now.
    void held_up(const Record& refusal) {
        const auto rule = refusal.text("rule");
        const auto lease = leases_.find(refusal.node);
        if (lease == leases_.end() || (rule != "N9" && rule != "N11")) return;
        lease->second.end_at_ms = std::max(lease->second.end_at_ms, refusal.at_ms);
        lease->second.held_up = true;
    }

    void begin(const Record& command) {
        judged();
        const auto owner = command.text("by").empty() ? command.text("actor") : command.text("by");
        const auto kind = command.text("class");
        const auto end = command.integer("lease_end_ms");
        if (owner.empty()) violated(command, "a cap without an owner");
        if (kind != "safety" && kind != "economy")
            violated(command, fmt::format("a cap of class \"{}\"", kind));
        if (!end) violated(command, "a cap without an end of its lease");
        // None, if the wall clock has been set forward since the lease was reckoned.
        const auto left = std::max<std::int64_t>(end.value_or(0) - command.wall_ms, 0);
        leases_[command.node] = {.id = command.integer("id").value_or(0),
                                 .end_at_ms = command.at_ms + left,
                                 .economy = kind == "economy"};
    }

    /// A cap that the BMC refused is none.
    void answered(const Record& answer) {
        const auto lease = leases_.find(answer.node);
        const auto id = answer.integer("id");
        if (lease != leases_.end() && id && *id == lease->second.id && answer.field("ok") &&
            !answer.flag("ok"))
            leases_.erase(lease);
    }

    /// A daemon that has asked the BMC in time has done its part; whether the BMC obeyed is seen
    /// by read-backs and told as an incident.
    void look_for_late_ones(const Record& now, const Facts& facts) {
        next_look_ms_ = now.at_ms + 1000;
        const auto grace_ms =
            static_cast<std::int64_t>(facts.setting("lease_grace_ms", usual_grace_ms));
        for (auto& [node, lease] : leases_) {
            // The kill switch holds up the ends too: nothing at all is sent.
            if (facts.hold_all()) lease.end_at_ms = std::max(lease.end_at_ms, now.at_ms);
            if (!lease.economy || lease.told || lease.release_asked) continue;
            if (now.at_ms <= lease.end_at_ms + grace_ms) continue;
            if (now.at_ms <= facts.running_since_ms() + grace_ms) continue;
            lease.told = true;
            violated(now, node,
                     fmt::format("an economy cap is still there {} s after the end of its lease",
                                 (now.at_ms - lease.end_at_ms) / 1000));
        }
    }

    void look_for_left_ones(const Record& now) {
        judged();
        for (auto& [node, lease] : leases_) {
            if (!lease.economy || lease.told || lease.release_asked || lease.held_up) continue;
            lease.told = true;
            violated(now, node, "an economy cap was left by an orderly stop");
        }
    }

    std::map<std::string, Lease> leases_;
    bool stopped_ = false;
    std::int64_t next_look_ms_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

std::unique_ptr<Rule> caps_have_an_end(Findings& findings) {
    return std::make_unique<CapsHaveAnEnd>(findings);
}

}  // namespace frugald::audit
