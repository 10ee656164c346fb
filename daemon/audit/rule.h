#pragma once

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "daemon/audit/checker.h"
#include "daemon/audit/facts.h"

namespace frugald::audit {

/// One never-event. Sees the entries by time, each after `facts` has taken it.
class Rule {
public:
    Rule(std::string number, Findings& findings)
        : number_(std::move(number)), findings_(findings) {}
    virtual ~Rule() = default;
    virtual void see(const Record& record, const Facts& facts) = 0;
    /// After the last entry, `last`.
    virtual void finish(const Record& /*last*/, const Facts& /*facts*/) {}

protected:
    /// One more fact was looked at.
    void judged() { ++findings_.judged[number_]; }
    void violated(const Record& by, std::string text) { violated(by, by.node, std::move(text)); }
    void violated(const Record& by, std::string node, std::string text) {
        findings_.violations.push_back(
            {number_, by.line, by.wall_ms, std::move(node), std::move(text)});
    }

private:
    std::string number_;
    Findings& findings_;
};

/// A rule about what takes a node's power away: as the daemon sent it, and, where there is a world,
/// as its BMC received it from the daemon.
class RuleOfOffs : public Rule {
public:
    using Rule::Rule;

    void see(const Record& record, const Facts& facts) override {
        if (record.kind == "command" && cuts_power(record.text("action")))
            judge_command(record, facts);
        if (record.kind == "world_bmc" && cuts_power(record.text("command")) &&
            !record.flag("external"))
            judge_received(record, facts);
    }

private:
    virtual void judge_command(const Record& command, const Facts& facts) = 0;
    virtual void judge_received(const Record& received, const Facts& facts) = 0;
};

std::unique_ptr<Rule> busy_nodes_stay_on(Findings&);   // N1
std::unique_ptr<Rule> no_late_off(Findings&);          // N2
std::unique_ptr<Rule> no_storm(Findings&);             // N3
std::unique_ptr<Rule> caps_have_an_end(Findings&);     // N4
std::unique_ptr<Rule> even_caps(Findings&);            // N5
std::unique_ptr<Rule> caps_do_no_harm(Findings&);      // N6
std::unique_ptr<Rule> no_rise_in_the_dark(Findings&);  // N7
std::unique_ptr<Rule> only_managed_nodes(Findings&);   // N8
std::unique_ptr<Rule> the_right_machine(Findings&);    // N9
std::unique_ptr<Rule> within_budgets(Findings&);       // N10
std::unique_ptr<Rule> only_when_allowed(Findings&);    // N11

}  // namespace frugald::audit
