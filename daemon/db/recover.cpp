#include "daemon/db/recover.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/db/check.h"
#include "daemon/store/main_file.h"
#include "daemon/store/samples/journal_file.h"
#include "daemon/store/samples/recover_time_file.h"
#include "daemon/store/state_directory.h"

namespace frugald::db {

namespace {

namespace fs = std::filesystem;

Result<std::string> mend(const fs::path& directory, const StoreFile& file, const std::string& why) {
    switch (file.kind) {
        case FileKind::main:
            return recover_main_file(directory / file.name, why);
        case FileKind::journal:
            return samples::recover_journal_file(directory, why);
        case FileKind::time:
            break;
    }
    auto told = samples::recover_time_file(directory / file.name);
    return told ? Result<std::string>{fmt::format("{}; {}", why, *told)} : told;
}

}  // namespace

Result<void> recover(const fs::path& directory,
                     const std::function<void(const Recovered&)>& report) {
    auto files = files_in(directory);
    if (!files) return tl::unexpected(files.error());
    const auto claim = StateDirectory::claim(directory);
    if (!claim) return tl::unexpected(claim.error());
    // The others first: a new journal takes the names from them.
    std::ranges::reverse(*files);
    for (const auto& file : *files) {
        const auto found = check_file(directory, file, FileUse::shared, false);
        if (found.sound()) {
            report({file.name, {}});
            continue;
        }
        auto told = mend(directory, file, found.damage.front());
        if (!told) return tl::unexpected(told.error());
        report({file.name, std::move(*told)});
    }
    return {};
}

}  // namespace frugald::db
