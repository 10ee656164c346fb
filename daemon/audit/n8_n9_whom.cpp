#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

bool acts_on_hardware(const std::string& action) { return action != "suspend" && action != "wake"; }

/// N8: nothing outside managed_nodes is touched, nor what is protected.
class OnlyManagedNodes final : public Rule {
public:
    explicit OnlyManagedNodes(Findings& findings) : Rule("N8", findings) {}

    void see(const Record& record, const Facts& facts) override {
        const bool command = record.kind == "command";
        const bool received = record.kind == "world_bmc" && !record.flag("external");
        if ((!command && !received) || !facts.config()) return;
        judged();
        const auto what = record.text(command ? "action" : "command");
        if (facts.protected_nodes().contains(record.node))
            violated(record, fmt::format("{} of a node that is protected", what));
        else if (!facts.managed().contains(record.node))
            violated(record, fmt::format("{} of a node outside managed_nodes", what));
    }
};

/// N9: the machine behind the address is the one that was pinned, and only one has its GUID.
class TheRightMachine final : public Rule {
public:
    explicit TheRightMachine(Findings& findings) : Rule("N9", findings) {}

    void see(const Record& record, const Facts& facts) override {
        if (record.kind == "identity") own_[record.text("guid")].insert(record.node);
        if (record.kind == "command" && acts_on_hardware(record.text("action")))
            judge_command(record, facts);
        if (record.kind == "world_bmc" && !record.flag("external")) judge_received(record, facts);
    }

private:
    void judge_command(const Record& command, const Facts& facts) {
        judged();
        const auto what = command.text("action"), guid = command.text("guid");
        const auto pinned = command.text("pinned_guid");
        const auto& node = facts.node(command.node);
        if (!guid.empty() && !pinned.empty() && guid != pinned)
            return violated(
                command, fmt::format("{} of the machine {}, but {} is pinned", what, guid, pinned));
        const auto event = node.identity ? node.identity->text("event") : std::string{};
        // That the known one is back is told a moment later than it is seen.
        const bool back = !guid.empty() && guid == node.pinned_guid && node.identity &&
                          guid != node.identity->text("guid");
        if ((event == "changed" || event == "duplicate") && !back)
            return violated(command,
                            fmt::format("{} although its identity was found {}", what, event));
        if (guid.empty()) return;
        const auto owners = own_.find(guid);
        if (owners == own_.end()) return;
        for (const auto& name : owners->second)
            if (name != command.node && facts.node(name).pinned_guid == guid)
                return violated(command,
                                fmt::format("{} of the machine {}, which is {}", what, guid, name));
    }

    void judge_received(const Record& received, const Facts& facts) {
        const auto& node = facts.node(received.node);
        const auto guid = received.text("guid");
        const auto* command = node.command;
        auto pinned = command ? command->text("pinned_guid") : std::string{};
        if (pinned.empty()) pinned = node.pinned_guid;
        if (guid.empty() || pinned.empty()) return;
        judged();
        if (guid != pinned)
            violated(received, fmt::format("{} was received by the machine {}, but {} is pinned",
                                           received.text("command"), guid, pinned));
    }

    std::map<std::string, Names> own_;  // who was ever seen with a GUID
};

}  // namespace

std::unique_ptr<Rule> only_managed_nodes(Findings& findings) {
    return std::make_unique<OnlyManagedNodes>(findings);
}

std::unique_ptr<Rule> the_right_machine(Findings& findings) {
    return std::make_unique<TheRightMachine>(findings);
}

}  // namespace frugald::audit
