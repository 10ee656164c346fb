#include "daemon/engine/holds.h"

#include <fmt/format.h>

#include "daemon/core/fields.h"
#include "daemon/core/log.h"
#include "daemon/engine/chronicle.h"

namespace frugald {

namespace {

/// "since;until;owner\nreason"; until is empty for a hold without an end.
std::string write_hold(const HoldState& hold) {
    const auto until = hold.until ? fmt::format("{}", to_unix_ms(*hold.until)) : std::string{};
    return fmt::format("{};{};{}\n{}", to_unix_ms(hold.since), until, hold.owner, hold.reason);
}

HoldState read_hold(std::string_view text) {
    HoldState hold;
    hold.since = from_unix_ms(number_in<std::int64_t>(cut(text, ';')));
    if (const auto until = cut(text, ';'); !until.empty())
        hold.until = from_unix_ms(number_in<std::int64_t>(until));
    hold.owner = cut(text, '\n');
    hold.reason = text;
    return hold;
}

}  // namespace

void Holds::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [node, text] : kept) holds_[node] = read_hold(text);
}

void Holds::set(const std::string& node, HoldState state) {
    journal_.keep(space, node, write_hold(state));
    journal_.audit(chronicle::hold(node, state));
    journal_.note(node, "hold", fmt::format("held by {}: {}", state.owner, state.reason));
    holds_[node] = std::move(state);
}

bool Holds::release(const std::string& node, const std::string& by, const std::string& why) {
    if (holds_.erase(node) == 0) return false;
    journal_.drop(space, node);
    journal_.audit(chronicle::release(node, by, why));
    journal_.note(node, "hold", fmt::format("released by {}", by));
    return true;
}

void Holds::expire(WallTime now) {
    for (auto at = holds_.begin(); at != holds_.end();) {
        const auto& [node, hold] = *at;
        if (!hold.until || now < *hold.until) {
            ++at;
            continue;
        }
        const auto text = fmt::format("the hold by {} has ended: {}", hold.owner, hold.reason);
        log::notice("{}: {}", node.empty() ? "all nodes" : node, text);
        journal_.drop(space, node);
        journal_.audit(chronicle::release(node, "frugald", "the hold has ended"));
        journal_.note(node, "hold", text);
        at = holds_.erase(at);
    }
}

std::optional<std::string> Holds::all() const {
    std::error_code missing;
    if (!hold_file_.empty() && std::filesystem::exists(hold_file_, missing))
        return fmt::format("{} exists; remove it to go on", hold_file_.string());
    if (const auto found = holds_.find(""); found != holds_.end())
        return fmt::format("{}: {}; `frugalctl release all` to go on", found->second.owner,
                           found->second.reason);
    return std::nullopt;
}

std::optional<HoldState> Holds::node(std::string_view name) const {
    const auto found = holds_.find(name);
    if (name.empty() || found == holds_.end()) return std::nullopt;
    return found->second;
}

}  // namespace frugald
