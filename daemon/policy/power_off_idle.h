#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/core/policy.h"

namespace frugald {

/// Suspends nodes that have been idle for `idle_for`, the longest idle first, and keeps `spare`
/// idle nodes powered. Asks through the scheduler; nodes the scheduler or an administrator has
/// set apart (drained, reserved, in maintenance, about to be used, excluded) do not count.
class PowerOffIdle : public Policy {
public:
    struct Settings {
        std::chrono::seconds idle_for{30 * 60};
        unsigned spare = 2;
        std::vector<std::string> partitions{};  // empty: all
    };
    explicit PowerOffIdle(Settings settings) : settings_(std::move(settings)) {}

    std::string_view name() const override { return "idle"; }
    Actions decide(const Snapshot& now) const override;

private:
    Settings settings_;
};

}  // namespace frugald
