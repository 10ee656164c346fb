#include "tests/sim/disk.h"

#include <algorithm>

#include "daemon/audit/line.h"

namespace frugald::sim {

Result<void> MemoryStore::commit() {
    if (!dead_ && disk_.at_write) disk_.at_write(false);
    const auto changes = std::exchange(changes_, {});
    begun_ = 0;
    auto said = std::exchange(said_, {});
    // Nobody was told of what dies with the process.
    if (!dead_)
        disk_.audit.insert(disk_.audit.end(), std::make_move_iterator(said.begin()),
                           std::make_move_iterator(said.end()));
    if (dead_) return fail(Fault::unavailable, "the process is dead");
    if (!disk_.failure.empty()) return fail(Fault::unavailable, disk_.failure);
    for (const auto& change : changes) change(disk_);
    if (disk_.at_write) disk_.at_write(true);
    return {};
}

Result<void> MemoryStore::write(Change change) {
    changes_.push_back(std::move(change));
    return together_ ? Result<void>{} : commit();
}

Result<void> MemoryStore::together(const std::function<Result<void>()>& work) {
    together_ = true;
    auto done = work();
    together_ = false;
    if (done) return commit();
    changes_.clear();
    begun_ = 0;
    return done;
}

Result<std::vector<std::int64_t>> MemoryStore::begin(std::span<const ActionRecord> records) {
    std::vector<std::int64_t> ids;
    std::vector<ActionRow> rows;
    for (const auto& record : records) {
        ids.push_back(std::ssize(disk_.actions) + static_cast<std::int64_t>(++begun_));
        rows.push_back({ids.back(), record, std::nullopt});
    }
    auto change = [rows = std::move(rows)](Disk& disk) {
        disk.actions.insert(disk.actions.end(), rows.begin(), rows.end());
    };
    if (auto written = write(std::move(change)); !written)
        return tl::unexpected<Error>(written.error());
    return ids;
}

Result<void> MemoryStore::finish(std::span<const ActionEnd> ends) {
    return write([ends = std::vector<ActionEnd>(ends.begin(), ends.end())](Disk& disk) {
        for (const auto& end : ends) {
            auto& row = disk.actions.at(static_cast<std::size_t>(end.id) - 1);
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
        if ((wanted.node.empty() || row.record.node == wanted.node) &&
            row.record.asked >= wanted.since)
            rows.push_back(row);
    if (rows.size() > wanted.most)
        rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(wanted.most));
    return rows;
}

Result<void> MemoryStore::record(std::span<const StoredEvent> events) {
    if (disk_.hear)
        for (const auto& event : events) disk_.hear(event);
    return write([](Disk&) {});
}

Result<std::vector<StoredEvent>> MemoryStore::events(const History&) {
    return std::vector<StoredEvent>{};
}

Result<void> MemoryStore::put(const std::string& space, const std::string& key,
                              const std::string& value) {
    return write([=](Disk& disk) { disk.kept[{space, key}] = value; });
}

Result<void> MemoryStore::erase(const std::string& space, const std::string& key) {
    return write([=](Disk& disk) { disk.kept.erase({space, key}); });
}

Result<std::vector<std::pair<std::string, std::string>>> MemoryStore::all(
    const std::string& space) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [where, value] : disk_.kept)
        if (where.first == space) found.emplace_back(where.second, value);
    return found;
}

Result<void> MemoryStore::append_audit(std::span<const HistoryEntry> entries) {
    const bool works = !dead_ && disk_.failure.empty();
    for (const auto& entry : entries) {
        // Who holds while the disk fails is told that a restart would forget it.
        if (!works && entry.kind == "hold") continue;
        if (!works || !refused_.empty()) {
            const auto line = audit::to_line(entry);
            if (works ? refused_.erase(line) > 0 : !refused_.insert(line).second) continue;
        }
        said_.push_back(entry);
    }
    return write([](Disk&) {});
}

Result<std::vector<AuditRow>> MemoryStore::audit(const AuditQuery&) {
    return std::vector<AuditRow>{};
}

Result<AuditProof> MemoryStore::verify_audit(AuditProof so_far, std::size_t) {
    so_far.finished = true;
    return so_far;
}

}  // namespace frugald::sim
