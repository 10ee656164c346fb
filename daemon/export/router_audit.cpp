#include <limits>

#include "daemon/export/json.h"
#include "daemon/export/parameters.h"
#include "daemon/export/router.h"

namespace frugald {

namespace {

constexpr std::int64_t most_entries = 5000;

AuditRequest request_of(Parameters& from) {
    AuditRequest wanted;
    wanted.most = static_cast<std::size_t>(from.number("most", 100, 0, most_entries));
    wanted.after = from.number("after", 0, 0, std::numeric_limits<std::int64_t>::max());
    // Who says from where reads on from there.
    wanted.oldest = from.has("after");
    wanted.since = from.instant("since", {});
    wanted.nodes = from.nodes("nodes");
    return wanted;
}

}  // namespace

asio::awaitable<Answer> Router::audit(const Question& question, const Target& target) {
    // It names people; the address without authentication does not tell it.
    if (!question.acting_verbs)
        co_return error(403, "unauthorized",
                        "the audit is read on the unix socket api.sock: use frugalctl audit");
    Parameters from{target};
    if (target.path == "/api/v1/audit/verify") {
        const std::string* const noted = from.find("noted");
        if (const auto good = from.check(); !good)
            co_return error(400, "invalid", good.error().text);
        std::string hash = noted == nullptr ? std::string{} : *noted;
        const auto verdict = co_await control_.verify_audit(std::move(hash));
        if (!verdict) co_return error(503, to_string(verdict.error().fault), verdict.error().text);
        co_return json_answer(json::audit_verdict(*verdict));
    }
    auto wanted = request_of(from);
    if (const auto good = from.check(); !good) co_return error(400, "invalid", good.error().text);
    const auto lines = co_await control_.audit(std::move(wanted));
    if (!lines) co_return error(503, to_string(lines.error().fault), lines.error().text);
    co_return json_answer(json::audit(*lines));
}

}  // namespace frugald
