#include "daemon/store/map.h"

#include "daemon/store/rows.h"

namespace frugald {

Result<void> MapTable::put(const std::string& space, const std::string& key,
                           const std::string& value) {
    auto insert = database_.prepare("INSERT OR REPLACE INTO entry VALUES(?, ?, ?)");
    if (!insert) return tl::unexpected(insert.error());
    return insert->run(space, key, value);
}

Result<void> MapTable::erase(const std::string& space, const std::string& key) {
    auto remove = database_.prepare("DELETE FROM entry WHERE space = ? AND key = ?");
    if (!remove) return tl::unexpected(remove.error());
    return remove->run(space, key);
}

Result<std::vector<std::pair<std::string, std::string>>> MapTable::all(const std::string& space) {
    auto query = database_.prepare("SELECT key, value FROM entry WHERE space = ? ORDER BY key");
    if (!query) return tl::unexpected(query.error());
    query->bind(space);
    return all_rows(*query, [](const Statement& row) {
        return std::pair{row.text(0), row.text(1)};
    });
}

}  // namespace frugald
