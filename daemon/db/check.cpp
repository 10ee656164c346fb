#include "daemon/db/check.h"

#include "daemon/db/manifest.h"
#include "daemon/store/check_main_file.h"
#include "daemon/store/samples/check.h"

namespace frugald::db {

FileUse use_of(const std::filesystem::path& directory) {
    std::error_code none;
    return std::filesystem::exists(directory / manifest_name, none) ? FileUse::at_rest
                                                                    : FileUse::shared;
}

FileCheck check_file(const std::filesystem::path& directory, const StoreFile& file, FileUse use,
                     bool audit) {
    const auto path = directory / file.name;
    SampleCheck ignored;
    switch (file.kind) {
        case FileKind::main:
            return check_main_file(path, use, audit);
        case FileKind::journal:
            return samples::check_journal_file(path, use);
        case FileKind::time:
            break;
    }
    return samples::check_time_file(path, use, ignored);
}

Result<std::size_t> check(const CheckPlan& plan,
                          const std::function<void(const std::string&, const FileCheck&)>& report) {
    const auto files = files_in(plan.directory);
    if (!files) return tl::unexpected(files.error());
    const auto use = use_of(plan.directory);
    std::size_t damaged = 0;
    for (const auto& file : *files) {
        const auto found = check_file(plan.directory, file, use, plan.audit);
        damaged += !found.sound();
        report(file.name, found);
    }
    return damaged;
}

}  // namespace frugald::db
