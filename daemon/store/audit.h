#pragma once

#include "daemon/store/sqlite/database.h"
#include "daemon/store/store.h"

namespace frugald {

/// The hash-chained table of the audit. Rows are only ever added; the newest row's number and hash
/// are also kept in the map (space "audit", key "head"), and the chain goes on from there, so that
/// newest rows that were taken away leave a gap.
class AuditTable {
public:
    explicit AuditTable(Database& database) : database_(database) {}

    Result<void> append(std::span<const HistoryEntry> entries);
    Result<std::vector<AuditRow>> rows(const AuditQuery& wanted);
    Result<AuditProof> verify(AuditProof so_far, std::size_t most);

private:
    struct Head {
        std::int64_t id = 0;
        std::string hash{};
    };
    Result<Head> newest_row();
    /// Absent: none was kept.
    Result<std::optional<Head>> kept_head();
    Result<void> keep_head(const Head& head);
    Result<void> compare_with_head(AuditProof& proof);

    Database& database_;
};

}  // namespace frugald
