#pragma once

#include <string>
#include <string_view>

namespace frugald::hook {

struct JournalPlaces {
    std::string native = "/run/systemd/journal/socket";
    std::string syslog = "/dev/log";
};

/// One line at a syslog priority (3 error, 4 warning) to the journal, else to syslog, else to
/// stderr; never waits. Control characters are made harmless and long lines cut.
void log_line(int priority, std::string_view text, const JournalPlaces& places = {});

/// Text fit for one line: control characters as '?', no longer than `most`.
std::string one_line(std::string_view text, std::size_t most);

}  // namespace frugald::hook
