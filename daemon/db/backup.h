#pragma once

#include <functional>
#include <string>

#include "daemon/db/files.h"

namespace frugald::db {

struct BackupPlan {
    std::filesystem::path directory{};  // of the databases
    std::filesystem::path target{};
};

struct BackedUp {
    std::string name{};
    bool copied = true;  // false: what the target has is still the same
    std::uint64_t bytes = 0;
    std::string damage{};  // not empty: it is damaged, and what the target has is from before
};

struct BackupSink {
    std::function<void(const BackedUp&)> file{};  // is on disk and was verified
    std::function<void(const std::string& name, double part)> progress{};
};

/// Copies the databases, also while frugald writes to them: each is a whole of one moment, and
/// together they are what a start can go on from. Files that are the same as in the target's last
/// backup are not copied again; nothing is deleted there. Fault::invalid: the target cannot be
/// one. Fault::unavailable: no room, or a disk fails; files that were reported are good.
/// Fault::unparsable, after all others were copied: some are damaged.
Result<void> backup(const BackupPlan& plan, const BackupSink& sink);

}  // namespace frugald::db
