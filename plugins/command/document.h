#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/reading.h"

namespace frugald::command {

struct NamedReading {
    Quantity quantity{};
    Part part = Part::total;
    std::string name{};
    double value = 0;
};

/// What a program printed (docs/command.md).
struct Document {
    std::vector<NamedReading> readings;
    std::optional<WallTime> at;  // when it was measured; absent: now
};

/// Strict: what is not understood is an error, never left out. `now` bounds "at". Pure.
Result<Document> read_document(std::string_view text, WallTime now);

}  // namespace frugald::command
