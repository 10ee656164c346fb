#include "daemon/core/log.h"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>

#include "daemon/core/log_limit.h"

namespace frugald::log {

namespace {
std::atomic<int> threshold{static_cast<int>(Priority::info)};
// Plugins log from threads of their own too.
std::mutex limit_mutex;
LogLimit limit;
}  // namespace

void set_threshold(Priority least_urgent) { threshold = static_cast<int>(least_urgent); }

void write(Priority priority, std::string_view line) {
    if (static_cast<int>(priority) > threshold) return;
    std::string out = fmt::format("<{}>", static_cast<int>(priority));
    for (const char c : line) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)
            out += c;
        else
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    out += '\n';
    // One write per line, so that lines of several processes on one stderr do not mix.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, out.data(), out.size());
}

void write_limited(Priority priority, std::string_view line_class, std::string_view line) {
    if (static_cast<int>(priority) > threshold) return;
    const std::lock_guard lock{limit_mutex};
    if (limit.admit(static_cast<int>(priority), line_class, line, std::chrono::steady_clock::now()))
        write(priority, line);
}

void write_summaries(bool all) {
    const std::lock_guard lock{limit_mutex};
    const auto summaries = all ? limit.rest() : limit.due(std::chrono::steady_clock::now());
    for (const auto& [priority, line] : summaries) write(static_cast<Priority>(priority), line);
}

void write_lines(Priority priority, std::string_view text) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        write(priority, text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
}

}  // namespace frugald::log
