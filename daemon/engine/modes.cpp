#include "daemon/engine/modes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/core/fields.h"
#include "daemon/core/log.h"
#include "daemon/engine/chronicle.h"

namespace frugald {

namespace {

constexpr const char* demotion_key = "demoted";
constexpr const char* distrust_key = "damage";

std::string name_of(const ModeRule& rule) {
    const std::string action = rule.action ? to_string(*rule.action) : "";
    if (rule.partition.empty()) return action;
    return action.empty() ? rule.partition : rule.partition + " " + action;
}

std::string key_of(const ModeRule& rule) {
    return fmt::format("set;{};{}", rule.action ? to_string(*rule.action) : "", rule.partition);
}

bool same_scope(const ModeRule& one, const ModeRule& other) {
    return one.partition == other.partition && one.action == other.action;
}

bool is_for_all(const ModeRule& rule) { return rule.partition.empty() && !rule.action; }

}  // namespace

void Modes::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [key, value] : kept) {
        if (key == demotion_key) demoted_ = value;
        if (key == distrust_key) distrusted_ = value;
        std::string_view rest = key;
        if (cut(rest, ';') != "set") continue;
        const auto mode = mode_named(value);
        const auto action = action_class_named(cut(rest, ';'));
        if (mode) by_hand_.push_back({std::string{rest}, action, *mode});
    }
    configured();
}

void Modes::configured() {
    const bool all_by_hand = std::ranges::any_of(by_hand_, is_for_all);
    rules_ = all_by_hand ? std::vector<ModeRule>{} : config_.guard.modes;
    rules_.insert(rules_.end(), by_hand_.begin(), by_hand_.end());
}

std::string Modes::describe() const {
    Mode all = Mode::observe;
    std::vector<std::string> others;
    for (const auto& rule : rules_) {
        if (is_for_all(rule))
            all = rule.mode;
        else
            others.push_back(fmt::format("{}: {}", name_of(rule), to_string(rule.mode)));
    }
    if (!demoted_.empty()) others.push_back("demoted: " + demoted_);
    if (!distrusted_.empty()) others.push_back("the database was damaged");
    if (others.empty()) return to_string(all);
    return fmt::format("{} ({})", to_string(all), fmt::join(others, ", "));
}

void Modes::end_doubts() {
    if (!demoted_.empty()) journal_.drop(space, demotion_key);
    if (!distrusted_.empty()) journal_.drop(space, distrust_key);
    demoted_.clear();
    distrusted_.clear();
}

void Modes::announce(const std::string& text) {
    log::notice("{}", text);
    journal_.note("", "mode", text);
}

void Modes::set(const ModeRule& rule, const std::string& by, const std::string& why) {
    const auto replaced = [&rule](const ModeRule& old) {
        return is_for_all(rule) || same_scope(old, rule);
    };
    for (const auto& old : by_hand_)
        if (replaced(old)) journal_.drop(space, key_of(old));
    std::erase_if(by_hand_, replaced);
    by_hand_.push_back(rule);
    journal_.keep(space, key_of(rule), to_string(rule.mode));
    end_doubts();
    configured();
    journal_.audit(chronicle::mode(rule, by, why));
    const auto scope = name_of(rule);
    announce(fmt::format("mode {}{} set by {}: {}", to_string(rule.mode),
                         scope.empty() ? "" : " for " + scope, by, why));
}

void Modes::reset(const std::string& by, const std::string& why) {
    for (const auto& old : by_hand_) journal_.drop(space, key_of(old));
    by_hand_.clear();
    end_doubts();
    configured();
    for (const auto& rule : rules_) journal_.audit(chronicle::mode(rule, by, why));
    announce(fmt::format("modes as configured ({}) by {}: {}", describe(), by, why));
}

void Modes::demote(const std::string& why) {
    if (!demoted_.empty()) return;
    demoted_ = why;
    journal_.keep(space, demotion_key, why);
    log::error(
        "frugald switches nothing off and limits nothing by itself any more: {}. "
        "`frugalctl mode` ends it",
        why);
    journal_.note("", "mode", "demoted by itself: " + why);
}

void Modes::distrust(const std::string& why) {
    set({{}, std::nullopt, Mode::observe}, "frugald", "its database was damaged");
    distrusted_ = why;
    journal_.keep(space, distrust_key, why);
}

std::string Doubts::count(std::deque<SteadyTime>& seen, Limit limit, SteadyTime at,
                          const char* what) {
    std::erase_if(seen, [&](SteadyTime then) { return at - then >= limit.within; });
    seen.push_back(at);
    if (seen.size() < limit.count) return {};
    seen.clear();
    return fmt::format("{} {} within {} min", limit.count, what, limit.within.count());
}

}  // namespace frugald
