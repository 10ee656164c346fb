#include "daemon/core/window.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>

namespace frugald {

bool TimeWindow::covers(WallTime at) const {
    const auto seconds = static_cast<std::time_t>(to_unix_ms(at) / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    const std::chrono::minutes now{local.tm_hour * 60 + local.tm_min};
    const auto today = static_cast<unsigned>(local.tm_wday);
    const auto begins_on = [this](unsigned day) { return (days >> (day % 7) & 1u) != 0; };
    if (from < to) return begins_on(today) && from <= now && now < to;
    return (begins_on(today) && now >= from) || (begins_on(today + 6) && now < to);
}

bool TimeWindow::binds(ActionClass action) const {
    return std::ranges::find(actions, action) != actions.end();
}

std::string closed_window(const std::vector<TimeWindow>& windows, ActionClass action, WallTime at) {
    std::vector<std::string_view> closed;
    for (const auto& window : windows) {
        if (!window.binds(action)) continue;
        if (window.covers(at)) return {};
        closed.push_back(window.name);
    }
    if (closed.empty()) return {};
    return fmt::format("outside of the window {}", fmt::join(closed, ", "));
}

}  // namespace frugald
