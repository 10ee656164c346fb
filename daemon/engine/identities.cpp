#include "daemon/engine/identities.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/core/log.h"
#include "daemon/engine/chronicle.h"

namespace frugald {

void Identities::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [node, guid] : kept) {
        known_[node].pinned = guid;
        owners_[guid] = node;
    }
}

void Identities::look(const std::vector<std::string>& nodes) {
    for (const auto& node : nodes) {
        auto& known = known_[node];
        // A BMC says who it is when a session begins; who is not learnt yet is looked at again.
        const auto session = modules_.session(node);
        if (session != 0 && session == known.session && !known.pinned.empty()) continue;
        const auto guid = modules_.identity(node);
        if (!guid) continue;
        known.session = session;
        if (known.shown != *guid) show(node, known, *guid);
        const bool alone = seen_[known.shown].size() == 1;
        if (known.pinned.empty() && alone && !pinned_elsewhere(node, known.shown))
            pin(node, known, "pinned");
    }
    for (const auto& node : nodes) {
        const auto known = known_.find(node);
        if (known == known_.end() || known->second.judged == changes_) continue;
        known->second.judged = changes_;
        tell(node, known->second, problem(node));
    }
}

/// The node whose machine this is, if it is another; null: nobody else's.
const std::string* Identities::pinned_elsewhere(const std::string& node,
                                                const std::string& guid) const {
    const auto owner = owners_.find(guid);
    return owner == owners_.end() || owner->second == node ? nullptr : &owner->second;
}

void Identities::show(const std::string& node, Known& known, const std::string& guid) {
    if (!known.shown.empty()) seen_[known.shown].erase(node);
    known.shown = guid;
    seen_[guid].insert(node);
    ++changes_;
}

void Identities::pin(const std::string& node, Known& known, const char* event) {
    if (const auto* other = pinned_elsewhere(node, known.shown)) {
        known_[*other].pinned.clear();
        journal_.drop(space, *other);
    }
    owners_.erase(known.pinned);
    known.pinned = known.shown;
    owners_[known.pinned] = node;
    ++changes_;
    journal_.keep(space, node, known.pinned);
    journal_.audit(chronicle::identity(node, event, known.pinned));
    journal_.note(node, "identity", fmt::format("BMC {}: {}", event, known.pinned));
}

void Identities::tell(const std::string& node, Known& known, const std::string& problem) {
    if (known.told == problem) return;
    known.told = problem;
    if (problem.empty()) {
        journal_.audit(chronicle::identity(node, "back", known.shown));
        journal_.note(node, "identity", "its BMC is the known one again");
        return;
    }
    log::error("{}", problem);
    const bool doubled = seen_.at(known.shown).size() > 1;
    journal_.audit(chronicle::identity(node, doubled ? "duplicate" : "changed", known.shown));
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
    const auto used_to_be = pinned(node);
    if (const auto* other = pinned_elsewhere(node, *shown); used_to_be.empty() && other)
        return fmt::format(
            "{}: its BMC has the GUID {} that {} had: look whether cables or boards were changed; "
            "if that is right: frugalctl accept-bmc {}",
            node, *shown, *other, node);
    if (used_to_be.empty() || used_to_be == *shown) return {};
    return fmt::format(
        "{}: its BMC has the GUID {}, it used to be {}: look whether cables or "
        "boards were changed; if that is right: frugalctl accept-bmc {}",
        node, *shown, used_to_be, node);
}

std::string Identities::pinned(const std::string& node) const {
    const auto known = known_.find(node);
    return known == known_.end() ? std::string{} : known->second.pinned;
}

std::string Identities::accept(const std::string& node, const std::string& by,
                               const std::string& why) {
    const auto guid = modules_.identity(node);
    if (!guid) return {};
    auto& known = known_[node];
    if (known.shown != *guid) show(node, known, *guid);
    pin(node, known, "accepted");
    journal_.note(node, "identity", fmt::format("accepted by {}: {}", by, why));
    known.told.clear();
    return known.shown;
}

}  // namespace frugald
