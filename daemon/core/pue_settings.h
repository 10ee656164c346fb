#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace frugald {

/// What `[pue]` says (docs/pue.md): which meters are which side of the ratio.
struct PueSettings {
    /// Stands in `it` for the sum of the node powers.
    static constexpr const char* nodes = "nodes";

    std::vector<std::string> facility{};  // meters of everything that comes in
    std::vector<std::string> subtract{};  // of that, what is not this machine room's
    std::vector<std::string> it{};        // meters, PDUs, or `nodes`
    std::string category{};               // "PUE1", "PUE2", "PUE3"; empty: by what `it` is
    /// By source; those that are not here have the default of their kind.
    std::map<std::string, double, std::less<>> accuracy_percent{};
    std::chrono::milliseconds window{std::chrono::minutes{5}};  // of the live figure

    bool operator==(const PueSettings&) const = default;
};

}  // namespace frugald
