#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace frugald {

struct Target {
    std::string path;                          // decoded
    std::map<std::string, std::string> query;  // decoded; the first of equal names counts
};

/// Takes "/api/v1/nodes?nodes=c%5B1-3%5D" apart; nothing if it is not an absolute path or has a
/// broken escape.
std::optional<Target> parse_target(std::string_view target);

}  // namespace frugald
