#include "daemon/core/log_limit.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald {

bool LogLimit::admit(int priority, std::string_view line_class, std::string_view line,
                     SteadyTime now) {
    auto found = classes_.find(line_class);
    if (found == classes_.end()) found = classes_.emplace(line_class, Class{.begin = now}).first;
    Class& one = found->second;
    // With lines held back the window stays until their summary is written.
    if (one.held == 0 && now - one.begin >= window) one = Class{.begin = now};
    if (one.held == 0 && one.lines < lines_per_window && within_second(now, lines_per_second)) {
        ++one.lines;
        return true;
    }
    one.priority = one.held == 0 ? priority : std::min(one.priority, priority);
    ++one.held;
    one.last = line;
    return false;
}

bool LogLimit::within_second(SteadyTime now, unsigned most) {
    if (now - second_ >= std::chrono::seconds{1}) {
        second_ = now;
        in_second_ = 0;
    }
    if (in_second_ >= most) return false;
    ++in_second_;
    return true;
}

LogLimit::Summary LogLimit::summary(const Class& one) {
    if (one.held == 1) return {one.priority, one.last};
    return {one.priority,
            fmt::format("{} (and {} more lines like this one)", one.last, one.held - 1)};
}

std::vector<LogLimit::Summary> LogLimit::due(SteadyTime now) {
    std::vector<Summary> summaries;
    for (auto at = classes_.begin(); at != classes_.end();) {
        Class& one = at->second;
        const bool over = now - one.begin >= window;
        if (over && one.held == 0) {
            at = classes_.erase(at);
            continue;
        }
        if (over && within_second(now, lines_per_second + summaries_per_second)) {
            summaries.push_back(summary(one));
            // The summary is the first line of the next ten seconds.
            one = Class{.begin = now, .lines = 1};
        }
        ++at;
    }
    return summaries;
}

std::vector<LogLimit::Summary> LogLimit::rest() {
    std::vector<Summary> summaries;
    for (const auto& [name, one] : classes_)
        if (one.held > 0) summaries.push_back(summary(one));
    classes_.clear();
    return summaries;
}

}  // namespace frugald
