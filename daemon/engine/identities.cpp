#include "daemon/engine/identities.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/core/log.h"
#include "daemon/engine/chronicle.h"

namespace frugald {

void Identities::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [node, guid] : kept) pinned_[node] = guid;
}

void Identities::look(const std::vector<std::string>& nodes) {
    for (const auto& node : nodes) {
        const auto guid = modules_.identity(node);
        if (!guid) continue;
        auto& shown = shown_[node];
        if (shown != *guid) {
            if (!shown.empty()) seen_[shown].erase(node);
            shown = *guid;
            seen_[shown].insert(node);
        }
        const bool alone = seen_[shown].size() == 1;
        if (pinned_.count(node) == 0 && alone) pin(node, shown, "pinned");
        tell(node, problem(node));
    }
}

void Identities::pin(const std::string& node, const std::string& guid, const char* event) {
    pinned_[node] = guid;
    journal_.keep(space, node, guid);
    journal_.audit(chronicle::identity(node, event, guid));
    journal_.note(node, "identity", fmt::format("BMC {}: {}", event, guid));
}

void Identities::tell(const std::string& node, const std::string& problem) {
    auto& told = told_[node];
    if (told == problem) return;
    told = problem;
    if (problem.empty()) {
        journal_.note(node, "identity", "its BMC is the known one again");
        return;
    }
    log::error("{}", problem);
    const bool doubled = seen_.at(shown_.at(node)).size() > 1;
    journal_.audit(chronicle::identity(node, doubled ? "duplicate" : "changed", shown_.at(node)));
    journal_.note(node, "incident", problem);
}

std::string Identities::problem(const std::string& node) const {
    const auto shown = modules_.identity(node);
    if (!shown) return {};
    const auto others = seen_.find(*shown);
    if (others != seen_.end() && others->second.size() > 1)
        return fmt::format(
            "{}: {} have a BMC with the same GUID {}: one of their addresses is "
            "another's; correct it, then restart frugald",
            node, fmt::join(others->second, ", "), *shown);
    const auto known = pinned_.find(node);
    if (known == pinned_.end() || known->second == *shown) return {};
    return fmt::format(
        "{}: its BMC has the GUID {}, it used to be {}: look whether cables or "
        "boards were changed; if that is right: frugalctl accept-bmc {}",
        node, *shown, known->second, node);
}

std::string Identities::pinned(const std::string& node) const {
    const auto known = pinned_.find(node);
    return known == pinned_.end() ? std::string{} : known->second;
}

std::string Identities::accept(const std::string& node, const std::string& by,
                               const std::string& why) {
    const auto shown = shown_.find(node);
    if (shown == shown_.end()) return {};
    pin(node, shown->second, "accepted");
    journal_.note(node, "identity", fmt::format("accepted by {}: {}", by, why));
    told_.erase(node);
    return shown->second;
}

}  // namespace frugald
