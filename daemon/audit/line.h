#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/history.h"
#include "daemon/core/result.h"

namespace frugald::audit {

/// One entry as compact JSON without a line end: "wall_ms", "steady_ms", "kind", "node" (when not
/// empty), then the fields, flattened, in their order. Numbers that are not finite are left out;
/// wrong UTF-8 in foreign texts becomes U+FFFD, so that the line is always JSON.
std::string to_line(const HistoryEntry& entry);

/// An entry as it was read.
struct Record {
    std::size_t line = 0;  // in its file, from 1
    std::int64_t wall_ms = 0;
    std::int64_t steady_ms = 0;
    /// What intervals are counted by: steady_ms, or wall_ms where the steady clocks of the history
    /// began anew in between (the machine was booted). Set by read_history.
    std::int64_t at_ms = 0;
    std::string kind{};
    std::string node{};
    std::vector<std::pair<std::string, HistoryValue>> fields{};

    /// Null when there is no such field.
    const HistoryValue* field(std::string_view name) const;
    /// Empty, absent or false when there is no such field or it is of another type; a number may
    /// have been written with or without a fraction.
    std::string text(std::string_view name) const;
    std::optional<double> number(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    bool flag(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;
};

/// Unknown kinds and fields are kept; a field whose value no entry can hold (an object, null) is
/// left out. Fault::unparsable for what is no JSON object or lacks wall_ms, steady_ms or kind.
Result<Record> read_line(std::string_view line);

}  // namespace frugald::audit
