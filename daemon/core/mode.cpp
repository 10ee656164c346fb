#include "daemon/core/mode.h"

#include <algorithm>
#include <array>

namespace frugald {

namespace {

constexpr std::array modes{Mode::observe, Mode::advise, Mode::guarded, Mode::enforce};
constexpr std::array classes{ActionClass::off, ActionClass::on, ActionClass::cap,
                             ActionClass::uncap, ActionClass::repair};

template <class All>
auto named(const All& all, std::string_view word) {
    const auto found =
        std::ranges::find_if(all, [word](auto one) { return word == to_string(one); });
    return found == all.end() ? std::nullopt : std::optional{*found};
}

/// How narrow a rule is, if it speaks of this at all.
std::optional<int> width(const ModeRule& rule, const std::string& partition, ActionClass action) {
    if (!rule.partition.empty() && rule.partition != partition) return std::nullopt;
    if (rule.action && *rule.action != action) return std::nullopt;
    return (rule.partition.empty() ? 0 : 2) + (rule.action ? 1 : 0);
}

Mode in_partition(const std::vector<ModeRule>& rules, const std::string& partition,
                  ActionClass action) {
    Mode mode = Mode::observe;
    int narrowest = -1;
    for (const auto& rule : rules)
        if (const auto its = width(rule, partition, action); its && *its >= narrowest) {
            narrowest = *its;
            mode = rule.mode;
        }
    return mode;
}

}  // namespace

const char* to_string(Mode mode) {
    constexpr std::array words{"observe", "advise", "guarded", "enforce"};
    return words[static_cast<std::size_t>(mode)];
}

const char* to_string(ActionClass action) {
    constexpr std::array words{"off", "on", "cap", "uncap", "repair"};
    return words[static_cast<std::size_t>(action)];
}

std::optional<Mode> mode_named(std::string_view word) { return named(modes, word); }
std::optional<ActionClass> action_class_named(std::string_view word) {
    return named(classes, word);
}

ActionClass class_of(ActionKind kind) {
    switch (kind) {
        case ActionKind::power_on:
        case ActionKind::power_cycle:
        case ActionKind::wake:
            return ActionClass::on;
        case ActionKind::set_cap:
            return ActionClass::cap;
        case ActionKind::release_cap:
            return ActionClass::uncap;
        case ActionKind::drain:
            return ActionClass::repair;
        case ActionKind::power_off:
        case ActionKind::power_soft:
        case ActionKind::suspend:
            break;
    }
    return ActionClass::off;
}

Mode mode_for(const std::vector<ModeRule>& rules, const std::vector<std::string>& partitions,
              ActionClass action) {
    if (partitions.empty()) return in_partition(rules, {}, action);
    Mode lowest = Mode::enforce;
    for (const auto& partition : partitions)
        lowest = std::min(lowest, in_partition(rules, partition, action));
    return lowest;
}

}  // namespace frugald
