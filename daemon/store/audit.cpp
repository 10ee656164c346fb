#include "daemon/store/audit.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "daemon/audit/line.h"
#include "daemon/store/chain.h"
#include "daemon/store/rows.h"

namespace frugald {

namespace {

AuditRow row_from(const Statement& row) {
    return {.id = row.integer(0),
            .at = from_unix_ms(row.integer(1)),
            .line = row.text(2),
            .hash = row.text(3)};
}

/// The columns beside the line are only for finding it: they must say what it says.
/// Lines begin with wall_ms, steady_ms, kind and node, in this order.
bool columns_agree(const AuditRow& row, const std::string& node) {
    const std::string_view line = row.line;
    constexpr std::string_view kind_key = ",\"kind\":\"", node_key = ",\"node\":\"";
    if (!line.starts_with(fmt::format("{{\"wall_ms\":{},", to_unix_ms(row.at)))) return false;
    const auto kind = line.find(kind_key);
    const auto end = kind == line.npos ? kind : line.find('"', kind + kind_key.size());
    if (end == line.npos) return false;
    const auto rest = line.substr(end + 1);
    if (node.empty()) return !rest.starts_with(node_key);
    return rest.starts_with(fmt::format("{}{}\"", node_key, node));
}

/// Which of a row's two was changed, its line or its hash: what follows it knows the hash.
Result<std::string> changed_part(Database& database, const AuditProof& proof, const AuditRow& row) {
    auto query = database.prepare("SELECT line, hash FROM audit WHERE id = ?");
    if (!query) return tl::unexpected(query.error());
    query->bind(row.id + 1);
    const auto more = query->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return "its line or its hash was changed";
    const auto line = query->text(0), hash = query->text(1);
    if (chain_hash(row.hash, line) == hash)
        return "its line was changed, or rows before it were taken out";
    if (chain_hash(chain_hash(proof.last_hash, row.line), line) == hash)
        return "its hash was changed";
    return "its line or its hash was changed, and so was the next row";
}

/// What is wrong with `row` after `proof`; empty: nothing.
Result<std::string> mistake(Database& database, const AuditProof& proof, const AuditRow& row,
                            const std::string& node) {
    if (row.id != proof.last_id + 1) return "it is missing";
    if (chain_hash(proof.last_hash, row.line) != row.hash)
        return changed_part(database, proof, row);
    if (!columns_agree(row, node)) return "its time or node is not that of its line";
    return {};
}

}  // namespace

Result<void> AuditTable::append(std::span<const HistoryEntry> entries) {
    if (entries.empty()) return {};
    const auto work = [&]() -> Result<void> {
        auto kept = kept_head();
        if (!kept) return tl::unexpected(kept.error());
        auto newest = newest_row();
        if (!newest) return tl::unexpected(newest.error());
        Head head = *kept && (*kept)->id >= newest->id ? **kept : *newest;
        auto insert = database_.prepare(
            "INSERT INTO audit(id, at_ms, node, line, hash) VALUES(?, ?, ?, ?, ?)");
        if (!insert) return tl::unexpected(insert.error());
        for (const auto& entry : entries) {
            const auto line = audit::to_line(entry);
            head = {head.id + 1, chain_hash(head.hash, line)};
            auto done =
                insert->run(head.id, to_unix_ms(entry.at.wall), entry.node, line, head.hash);
            if (!done) return done;
        }
        return keep_head(head);
    };
    return database_.transaction(work);
}

Result<AuditTable::Head> AuditTable::newest_row() {
    auto query = database_.prepare("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1");
    if (!query) return tl::unexpected(query.error());
    const auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return Head{0, std::string{chain_start}};
    return Head{query->integer(0), query->text(1)};
}

Result<std::optional<AuditTable::Head>> AuditTable::kept_head() {
    auto query = database_.prepare("SELECT value FROM entry WHERE space='audit' AND key='head'");
    if (!query) return tl::unexpected(query.error());
    const auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return std::nullopt;
    const auto value = query->text(0);
    Head head;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), head.id);
    if (error != std::errc{} || end == value.data() + value.size()) return std::nullopt;
    head.hash = std::string{end + 1, value.data() + value.size()};
    return head;
}

Result<void> AuditTable::keep_head(const Head& head) {
    auto keep = database_.prepare("INSERT OR REPLACE INTO entry VALUES('audit', 'head', ?)");
    if (!keep) return tl::unexpected(keep.error());
    return keep->run(fmt::format("{} {}", head.id, head.hash));
}

Result<std::vector<AuditRow>> AuditTable::rows(const AuditQuery& wanted) {
    const auto sql = fmt::format(
        "SELECT id, at_ms, line, hash FROM audit WHERE id > ? AND at_ms >= ?{} ORDER BY id{} "
        "LIMIT ?",
        wanted.nodes.empty() ? "" : " AND node IN (SELECT value FROM json_each(?))",
        wanted.oldest ? "" : " DESC");
    auto query = database_.prepare(sql.c_str());
    if (!query) return tl::unexpected(query.error());
    const auto since = to_unix_ms(wanted.since);
    const auto nodes = nlohmann::json(wanted.nodes).dump();
    if (wanted.nodes.empty())
        query->bind(wanted.after, since, row_limit(wanted.most));
    else
        query->bind(wanted.after, since, nodes, row_limit(wanted.most));
    auto rows = all_rows(*query, row_from);
    if (rows && !wanted.oldest) std::ranges::reverse(*rows);
    return rows;
}

Result<AuditProof> AuditTable::verify(AuditProof proof, std::size_t most) {
    if (proof.last_hash.empty()) proof.last_hash = chain_start;
    auto query = database_.prepare(
        "SELECT id, at_ms, line, hash, node FROM audit WHERE id > ? ORDER BY id LIMIT ?");
    if (!query) return tl::unexpected(query.error());
    query->bind(proof.last_id, row_limit(most));
    for (std::size_t seen = 0; !proof.finished; ++seen) {
        const auto more = query->step();
        if (!more) return tl::unexpected(more.error());
        if (!*more) {
            if (seen == most) return proof;
            if (auto done = compare_with_head(proof); !done) return tl::unexpected(done.error());
            break;
        }
        auto row = row_from(*query);
        auto wrong = mistake(database_, proof, row, query->text(4));
        if (!wrong) return tl::unexpected(wrong.error());
        if (!wrong->empty()) {
            proof.broken_id = proof.last_id + 1;
            proof.broken_why = std::move(*wrong);
            proof.finished = true;
            break;
        }
        proof.last_id = row.id;
        proof.last_hash = std::move(row.hash);
        if (proof.last_hash == proof.noted_hash) proof.noted_id = row.id;
        ++proof.rows;
    }
    return proof;
}

/// After the last row: the head that is kept beside the table must be it.
Result<void> AuditTable::compare_with_head(AuditProof& proof) {
    proof.finished = true;
    const auto head = kept_head();
    if (!head) return tl::unexpected(head.error());
    if (!*head && proof.last_id == 0) return {};
    if (*head && (*head)->id == proof.last_id && (*head)->hash == proof.last_hash) return {};
    proof.broken_id = proof.last_id + 1;
    proof.broken_why =
        *head ? fmt::format("the newest rows are missing: the chain was at row {}", (*head)->id)
              : "the head that is kept beside the table is missing";
    return {};
}

}  // namespace frugald
