#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace frugald::hook {

struct JournalPlaces {
    std::string native = "/run/systemd/journal/socket";
    std::string syslog = "/dev/log";
};

using JournalFields = std::vector<std::pair<std::string_view, std::string>>;
/// One entry by systemd's native protocol; control characters in values are made harmless, fields
/// without a value are left out. False: nobody takes it there, or not at this moment; never waits.
bool send_native(const std::string& socket, const JournalFields& fields);

/// One line at a syslog priority (3 error, 4 warning) to the journal, else to syslog, else to
/// stderr; never waits. Control characters are made harmless and long lines cut.
void log_line(int priority, std::string_view text, const JournalPlaces& places = {});

/// Text fit for one line: control characters as '?', no longer than `most`.
std::string one_line(std::string_view text, std::size_t most);

}  // namespace frugald::hook
