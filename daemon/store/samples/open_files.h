#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "daemon/store/sqlite/database.h"

namespace frugald::samples {

/// The files a reader has open, so that it need not open one again for the next stream.
class OpenFiles {
public:
    struct File {
        Database database;
        Statement row;    // by id
        Statement range;  // id >= ? AND id < ? in order of the id, at most ?
    };
    Result<File*> open(const std::filesystem::path& path);
    void close(const std::filesystem::path& path) { files_.erase(path.string()); }

private:
    std::map<std::string, File> files_;
};

}  // namespace frugald::samples
