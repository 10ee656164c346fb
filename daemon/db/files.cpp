#include "daemon/db/files.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/samples/period.h"

namespace frugald::db {

namespace {

namespace fs = std::filesystem;
using samples::Period;

bool is_dated(std::string_view name, std::string_view prefix, Period period) {
    if (!name.starts_with(prefix) || !name.ends_with(".db")) return false;
    name.remove_prefix(prefix.size());
    name.remove_suffix(3);
    return samples::span_of_date(name, period).has_value();
}

void add_dated(const fs::path& directory, const char* folder, std::string_view prefix,
               Period period, std::vector<StoreFile>& files) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator{directory / folder, none}) {
        const auto name = entry.path().filename().string();
        if (is_dated(name, prefix, period))
            files.push_back({(fs::path{folder} / name).string(), FileKind::time});
    }
}

}  // namespace

Result<std::vector<StoreFile>> files_in(const fs::path& directory) {
    std::vector<StoreFile> files;
    add_dated(directory, "", "1h-", Period::year, files);
    add_dated(directory, "", "5m-", Period::month, files);
    add_dated(directory, "raw", "", Period::day, files);
    std::ranges::sort(files, {}, &StoreFile::name);
    std::error_code none;
    if (fs::exists(directory / "journal.db", none))
        files.insert(files.begin(), {"journal.db", FileKind::journal});
    if (fs::exists(directory / "frugald.db", none))
        files.insert(files.begin(), {"frugald.db", FileKind::main});
    if (!files.empty()) return files;
    return fail(Fault::invalid,
                fmt::format("{} holds no database of frugald's, or may not be read; name the state "
                            "directory with --directory",
                            directory.string()));
}

}  // namespace frugald::db
