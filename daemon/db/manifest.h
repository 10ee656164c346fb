#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "daemon/core/result.h"

namespace frugald::db {

inline constexpr const char* manifest_name = "backup.json";

/// What a file was when it was copied: the same again means that nothing was written since.
struct Stamp {
    std::uint64_t bytes = 0;
    std::int64_t modified_ns = 0;
    bool operator==(const Stamp&) const = default;
};
/// Absent: there is no such file, or its write-ahead log holds something.
std::optional<Stamp> stamp_of(const std::filesystem::path& file);

/// The file backup.json of a backup: by name, what has been copied and need not be again.
class Manifest {
public:
    /// Empty if there is none, or it cannot be read.
    static Manifest read(const std::filesystem::path& directory);
    bool has(const std::string& name, const Stamp& stamp) const;
    void set(const std::string& name, const std::optional<Stamp>& stamp);
    Result<void> write(const std::filesystem::path& directory) const;

private:
    std::map<std::string, Stamp> files_;
};

/// What is in `file` is on disk after this.
Result<void> sync_file(const std::filesystem::path& file);

}  // namespace frugald::db
