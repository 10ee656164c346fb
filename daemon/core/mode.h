#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/action.h"

namespace frugald {

/// safety.md, "Modes": what frugald may do by itself, from least to most.
enum class Mode { observe, advise, guarded, enforce };
const char* to_string(Mode mode);
std::optional<Mode> mode_named(std::string_view word);

/// What a mode is given for. A cycle belongs to a resume, so to `on`.
enum class ActionClass { off, on, cap, uncap, repair };
const char* to_string(ActionClass action);
std::optional<ActionClass> action_class_named(std::string_view word);
ActionClass class_of(ActionKind kind);

/// A mode for part of what there is. The narrowest rule counts: partition and action, then
/// partition, then action, then all. A node in several partitions has the lowest of their modes.
struct ModeRule {
    std::string partition{};  // empty: all
    std::optional<ActionClass> action{};
    Mode mode = Mode::observe;
};
Mode mode_for(const std::vector<ModeRule>& rules, const std::vector<std::string>& partitions,
              ActionClass action);

}  // namespace frugald
