#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace frugald {

/// systemd's notification protocol (sd_notify(3)); does nothing when not started by systemd.
void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();
void feed_watchdog();
/// How often the watchdog wants to be fed (half its time-out); absent: there is none.
std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace frugald
