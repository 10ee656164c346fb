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

/// The same for a line that many devices may cause at once: at most ten of a class in ten seconds,
/// the others as a summary by write_summaries (see LogLimit). The functions below use it with
/// their text as the class.
void write_limited(Priority priority, std::string_view line_class, std::string_view line);

/// What write_limited held back, as far as it is due; the engine calls it once a second, and with
/// `all` before the end.
void write_summaries(bool all = false);

/// The same as write for a text of several lines: one journal line each.
void write_lines(Priority priority, std::string_view text);

inline std::string_view to_class(fmt::string_view text) { return {text.data(), text.size()}; }

template <class... Args>
void error(fmt::format_string<Args...> text, Args&&... args) {
    write_limited(Priority::error, to_class(text), fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> text, Args&&... args) {
    write_limited(Priority::warning, to_class(text),
                  fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void notice(fmt::format_string<Args...> text, Args&&... args) {
    write_limited(Priority::notice, to_class(text), fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
    write_limited(Priority::info, to_class(text), fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
    write(Priority::debug, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace frugald::log
