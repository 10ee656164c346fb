#include "daemon/engine/engine_control.h"

namespace frugald {

asio::awaitable<Result<std::vector<AuditLine>>> EngineControl::audit(AuditRequest what) {
    AuditQuery wanted{std::move(what.nodes), what.since, what.after, what.most, what.oldest};
    auto rows = co_await engine_.tools().journal.audit_rows(std::move(wanted));
    if (!rows) co_return tl::unexpected<Error>(rows.error());
    std::vector<AuditLine> lines;
    lines.reserve(rows->size());
    for (auto& row : *rows)
        lines.push_back({row.id, row.at, std::move(row.line), std::move(row.hash)});
    co_return lines;
}

asio::awaitable<Result<AuditVerdict>> EngineControl::verify_audit(std::string noted_hash) {
    // What was asked for before is verified too.
    co_await engine_.tools().journal.flush();
    auto proof = co_await engine_.tools().journal.verify_audit(std::move(noted_hash));
    if (!proof) co_return tl::unexpected<Error>(proof.error());
    co_return AuditVerdict{proof->rows,      proof->last_id,    proof->last_hash,
                           proof->broken_id, proof->broken_why, proof->noted_id};
}

}  // namespace frugald
