#pragma once

#include <fmt/format.h>

#include <string_view>

namespace frugald::log {

/// Journal priorities (syslog(3)).
enum class Priority { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

/// Lines less urgent than this are dropped. Set once at start and on reload.
void set_threshold(Priority least_urgent);

/// One line to stderr with the journal's "<N>" prefix; control characters are escaped.
/// Log changes, not states: a failing device is one line when it fails and one when it recovers.
void write(Priority priority, std::string_view line);

/// The same for a text of several lines: one journal line each.
void write_lines(Priority priority, std::string_view text);

template <class... Args>
void error(fmt::format_string<Args...> text, Args&&... args) {
    write(Priority::error, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> text, Args&&... args) {
    write(Priority::warning, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void notice(fmt::format_string<Args...> text, Args&&... args) {
    write(Priority::notice, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
    write(Priority::info, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
    write(Priority::debug, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace frugald::log
