#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace frugald::ctl {

/// Exit codes of frugalctl, also for scripts.
enum Exit {
    exit_ok = 0,
    exit_some_failed = 1,
    exit_usage = 2,
    exit_unreachable = 3,
    exit_not_permitted = 4,
    exit_refused = 5,  // by the guard
};

/// Where a command talks to: people, or with `json` programs.
struct Terminal {
    std::ostream& out;
    std::ostream& err;
    std::istream& in;
    bool asks = false;  // there is somebody to answer a question
    bool colors = false;
    bool json = false;
    bool screen = false;  // stdout is a terminal that can be painted over
};

enum class Color { none, good, dim, warning, bad };

/// The text in a colour, as the terminal's own theme has it.
std::string paint(const Terminal& terminal, Color color, std::string_view text);

/// Without the control characters that foreign names and reasons may carry: they must not reach
/// somebody's terminal.
std::string plain(std::string_view text);

/// "3s", "2m", "5h", "4d"
std::string short_age(double seconds);

/// "2026-11-21 08:46:56 CET" from an instant of the API; the text itself if it is none.
std::string local_time(const std::string& iso8601);

}  // namespace frugald::ctl
