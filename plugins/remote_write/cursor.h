#pragma once

#include <filesystem>
#include <optional>

#include "daemon/core/clock.h"
#include "daemon/core/result.h"
#include "plugins/remote_write/batcher.h"

namespace frugald::remote_write {

/// How far the receiver has everything.
struct Cursor {
    WallTime from{};  // all that was measured before
    /// And of what was measured from then until `part_to`, the streams up to this one, in the
    /// archive's order.
    std::optional<Stream> part{};
    WallTime part_to{};

    bool operator==(const Cursor&) const = default;
};

/// Absent: there is no such file. Fault::unparsable: it is not one of ours.
Result<std::optional<Cursor>> load_cursor(const std::filesystem::path& file);
/// Whole or not at all, and on disk. Blocks.
Result<void> save_cursor(const std::filesystem::path& file, const Cursor& cursor);

}  // namespace frugald::remote_write
