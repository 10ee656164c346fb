#include "tests/sim/disk.h"

#include <algorithm>

namespace frugald::sim {

Result<void> MemoryStore::write(const std::function<void()>& change) {
    if (!dead_ && disk_.at_write) disk_.at_write(false);
    if (dead_) return fail(Fault::unavailable, "the process is dead");
    if (!disk_.failure.empty()) return fail(Fault::unavailable, disk_.failure);
    change();
    if (disk_.at_write) disk_.at_write(true);
    return {};
}

Result<void> MemoryStore::append(std::span<const StoredReading>) {
    return write([] {});
}

Result<std::vector<StoredReading>> MemoryStore::readings(const std::string&, WallTime,
                                                         std::size_t) {
    return std::vector<StoredReading>{};
}

Result<std::vector<std::int64_t>> MemoryStore::begin(std::span<const ActionRecord> records) {
    std::vector<std::int64_t> ids;
    const auto change = [&] {
        for (const auto& record : records) {
            ids.push_back(std::ssize(disk_.actions) + 1);
            disk_.actions.push_back({ids.back(), record, std::nullopt});
        }
    };
    if (auto written = write(change); !written) return tl::unexpected<Error>(written.error());
    return ids;
}

Result<void> MemoryStore::finish(std::span<const ActionEnd> ends) {
    return write([&] {
        for (const auto& end : ends) {
            auto& row = disk_.actions.at(static_cast<std::size_t>(end.id) - 1);
            if (!row.end) row.end = end;
        }
    });
}

Result<std::vector<ActionRow>> MemoryStore::open_actions() {
    std::vector<ActionRow> open;
    for (const auto& row : disk_.actions)
        if (!row.end) open.push_back(row);
    return open;
}

Result<std::vector<ActionRow>> MemoryStore::actions(const History& wanted) {
    std::vector<ActionRow> rows;
    for (const auto& row : disk_.actions)
        if (wanted.node.empty() || row.record.node == wanted.node) rows.push_back(row);
    if (rows.size() > wanted.most)
        rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(wanted.most));
    return rows;
}

Result<void> MemoryStore::record(std::span<const StoredEvent>) {
    return write([] {});
}

Result<std::vector<StoredEvent>> MemoryStore::events(const History&) {
    return std::vector<StoredEvent>{};
}

Result<void> MemoryStore::put(const std::string& space, const std::string& key,
                              const std::string& value) {
    return write([&] { disk_.kept[{space, key}] = value; });
}

Result<void> MemoryStore::erase(const std::string& space, const std::string& key) {
    return write([&] { disk_.kept.erase({space, key}); });
}

Result<std::vector<std::pair<std::string, std::string>>> MemoryStore::all(
    const std::string& space) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [where, value] : disk_.kept)
        if (where.first == space) found.emplace_back(where.second, value);
    return found;
}

Result<void> MemoryStore::forget_readings(WallTime) {
    return write([] {});
}

}  // namespace frugald::sim
