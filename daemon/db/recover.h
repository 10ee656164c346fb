#pragma once

#include <functional>

#include "daemon/db/files.h"

namespace frugald::db {

struct Recovered {
    std::string name{};
    std::string what{};  // empty: it was sound, and is as it was
};

/// Sets damaged files aside and makes new ones of what can be read of them; nothing is deleted.
/// Fault::unavailable when a daemon uses the directory.
Result<void> recover(const std::filesystem::path& directory,
                     const std::function<void(const Recovered&)>& report);

}  // namespace frugald::db
