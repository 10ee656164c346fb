#pragma once

#include <istream>
#include <map>
#include <string>
#include <vector>

#include "daemon/audit/line.h"

namespace frugald::audit {

/// What a file of entries holds.
struct History {
    /// By time; entries of one instant stay in the order in which they were read.
    std::vector<Record> records{};
    std::size_t unreadable = 0;             // lines that are no entries
    std::size_t first_unreadable_line = 0;  // 0: none
    std::string why_unreadable{};           // of that line
    std::map<std::string, std::size_t> unknown_kinds{};
};

/// Lines of entries, of one or several sources. Empty lines are passed over.
History read_history(std::istream& lines);

}  // namespace frugald::audit
