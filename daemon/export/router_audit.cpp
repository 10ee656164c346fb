#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "daemon/core/nodeset.h"
#include "daemon/core/times.h"
#include "daemon/export/json.h"
#include "daemon/export/router.h"

namespace frugald {

namespace {

constexpr std::int64_t most_entries = 5000;

Answer json_answer(std::string body) {
    return {200, "application/json", std::make_shared<const std::string>(std::move(body))};
}

/// A whole number of the query, `otherwise` where it names none.
Result<std::int64_t> number(const Target& target, const char* name, std::int64_t otherwise,
                            std::int64_t largest) {
    const auto found = target.query.find(name);
    if (found == target.query.end()) return otherwise;
    const std::string& text = found->second;
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc{} || stop != end || value < 0 || value > largest)
        return fail(Fault::invalid, fmt::format("'{}' must be 0 to {}", name, largest));
    return value;
}

Result<AuditRequest> parse(const Target& target) {
    AuditRequest wanted;
    const auto most = number(target, "most", 100, most_entries);
    const auto after = number(target, "after", 0, std::numeric_limits<std::int64_t>::max());
    if (!most || !after) return tl::unexpected((most ? after : most).error());
    wanted.most = static_cast<std::size_t>(*most);
    wanted.after = *after;
    // Who says from where reads on from there.
    wanted.oldest = target.query.contains("after");
    if (const auto since = target.query.find("since"); since != target.query.end()) {
        const auto at = parse_iso8601(since->second);
        if (!at) return fail(Fault::invalid, "'since' must look like 2026-11-21T07:46:56Z");
        wanted.since = *at;
    }
    if (const auto nodes = target.query.find("nodes"); nodes != target.query.end()) {
        auto names = expand_nodeset(nodes->second);
        if (!names) return tl::unexpected(names.error());
        wanted.nodes = std::move(*names);
    }
    return wanted;
}

}  // namespace

asio::awaitable<Answer> Router::audit(const Question& question, const Target& target) {
    // It names people; the address without authentication does not tell it.
    if (!question.acting_verbs)
        co_return error(403, "unauthorized",
                        "the audit is read on the unix socket api.sock: use frugalctl audit");
    if (target.path == "/api/v1/audit/verify") {
        const auto noted = target.query.find("noted");
        std::string hash = noted == target.query.end() ? std::string{} : noted->second;
        const auto verdict = co_await control_.verify_audit(std::move(hash));
        if (!verdict) co_return error(503, to_string(verdict.error().fault), verdict.error().text);
        co_return json_answer(json::audit_verdict(*verdict));
    }
    auto wanted = parse(target);
    if (!wanted) co_return error(400, "invalid", wanted.error().text);
    const auto lines = co_await control_.audit(std::move(*wanted));
    if (!lines) co_return error(503, to_string(lines.error().fault), lines.error().text);
    co_return json_answer(json::audit(*lines));
}

}  // namespace frugald
