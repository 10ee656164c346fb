#include <fmt/format.h>

#include "daemon/core/nodeset.h"
#include "daemon/export/json.h"
#include "daemon/export/parameters.h"
#include "daemon/export/router.h"
#include "daemon/ports/offload.h"

namespace frugald {

namespace {

constexpr std::int64_t most_events = 10000;

/// Null: the query names nothing.
const std::string* find(const Target& target, const char* name) {
    const auto found = target.query.find(name);
    return found == target.query.end() ? nullptr : &found->second;
}

}  // namespace

asio::awaitable<Answer> Router::nodes(const Question& question, const Target& target) {
    const std::string* const names = find(target, "nodes");
    const std::string* const sensors = find(target, "sensors");
    if (names == nullptr && sensors == nullptr)
        co_return co_await view(View::nodes, json_type, question.accepts_gzip);
    if (!rendered_) co_return error(503, "unavailable", "frugald is starting: no snapshot yet");
    json::NodeQuery query;
    query.sensors = sensors != nullptr && *sensors != "0";
    if (names != nullptr) {
        auto expanded = expand_nodeset(*names);
        if (!expanded) co_return error(400, "invalid", expanded.error().text);
        query.all = false;
        query.names = std::move(*expanded);
    }
    auto render = [snapshot = rendered_->snapshot(), query = std::move(query)] {
        return text_of(json::nodes(*snapshot, query));
    };
    Text body = co_await offload(workers_, std::move(render));
    co_return Answer{200, json_type, std::move(body)};
}

asio::awaitable<Answer> Router::pue(const Target& target) {
    if (!rendered_) co_return error(503, "unavailable", "frugald is starting: no snapshot yet");
    const auto snapshot = rendered_->snapshot();
    if (!snapshot->pue)
        co_return error(404, "invalid",
                        "there is no PUE: [pue] of frugald.toml names no meters (docs/pue.md)");
    std::string period;
    const std::pair<const char*, std::string_view> kinds[] = {
        {"day", "2026-11-21"}, {"month", "2026-11"}, {"year", "2026"}};
    for (const auto& [kind, shape] : kinds) {
        const std::string* const named = find(target, kind);
        if (named == nullptr) continue;
        if (!period.empty() || named->size() != shape.size())
            co_return error(400, "invalid",
                            fmt::format("'{}' must look like {}, and stand alone", kind, shape));
        period = *named;
    }
    auto render = [snapshot, period]() -> Text {
        auto body = json::pue(*snapshot, period);
        return body ? text_of(std::move(*body)) : nullptr;
    };
    Text body = co_await offload(workers_, std::move(render));
    if (!body) co_return error(404, "invalid", fmt::format("nothing was measured in {}", period));
    co_return Answer{200, json_type, std::move(body)};
}

asio::awaitable<Answer> Router::why(std::string node) {
    const auto why = co_await control_.why(std::move(node));
    if (!why)
        co_return error(why.error().fault == Fault::invalid ? 404 : 503,
                        to_string(why.error().fault), why.error().text);
    co_return json_answer(json::why(*why));
}

asio::awaitable<Answer> Router::doctor() {
    const auto findings = co_await control_.doctor();
    co_return json_answer(json::findings(findings));
}

asio::awaitable<Answer> Router::events(const Target& target) {
    Parameters from{target};
    const auto since = from.instant("since", Instant::now().wall - std::chrono::hours{1});
    const auto most = static_cast<std::size_t>(from.number("most", 1000, 1, most_events));
    if (const auto good = from.check(); !good) co_return error(400, "invalid", good.error().text);
    const auto events = co_await control_.events(since, most);
    co_return json_answer(json::events(events));
}

}  // namespace frugald
