#include "daemon/store/samples/open_files.h"

namespace frugald::samples {

Result<OpenFiles::File*> OpenFiles::open(const std::filesystem::path& path) {
    constexpr std::size_t most = 64;
    const auto known = files_.find(path.string());
    if (known != files_.end()) return &known->second;
    if (files_.size() >= most) files_.clear();
    auto database = Database::open_to_read(path);
    if (!database) return tl::unexpected(database.error());
    auto row = database->prepare("SELECT data FROM chunk WHERE id = ?");
    if (!row) return tl::unexpected(row.error());
    auto range = database->prepare(
        "SELECT id, data FROM chunk WHERE id >= ? AND id < ? ORDER BY id LIMIT ?");
    if (!range) return tl::unexpected(range.error());
    File file{std::move(*database), std::move(*row), std::move(*range)};
    return &files_.emplace(path.string(), std::move(file)).first->second;
}

}  // namespace frugald::samples
