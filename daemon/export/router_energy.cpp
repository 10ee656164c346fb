#include <charconv>

#include "daemon/core/nodeset.h"
#include "daemon/core/times.h"
#include "daemon/export/json.h"
#include "daemon/export/router.h"
#include "daemon/ports/offload.h"

namespace frugald {

namespace {

constexpr const char* json_type = "application/json";
constexpr std::chrono::hours usual_time{24};

/// Empty: the query does not name it.
std::string named(const Target& target, const char* name) {
    const auto found = target.query.find(name);
    return found == target.query.end() ? std::string{} : found->second;
}

Result<WallTime> instant(const Target& target, const char* name, WallTime otherwise) {
    const auto text = named(target, name);
    if (text.empty()) return otherwise;
    if (const auto parsed = parse_iso8601(text)) return *parsed;
    return fail(Fault::invalid, std::string{"'"} + name + "' must look like 2026-11-21T07:46:56Z");
}

Result<Resolution> resolution_in(const std::string& text) {
    if (text.empty() || text == "auto") return Resolution::automatic;
    if (text == "raw") return Resolution::raw;
    if (text == "5min") return Resolution::five_minutes;
    if (text == "hour") return Resolution::hour;
    return fail(Fault::invalid, "'resolution' must be auto, raw, 5min or hour");
}

Result<EnergyQuery> query_of(const Target& target) {
    EnergyQuery query;
    const auto now = Instant::now().wall;
    const auto nodes = named(target, "nodes"), kind = named(target, "kind");
    query.partition = named(target, "partition");
    query.cluster = kind == "cluster";
    if (!kind.empty() && !query.cluster) return fail(Fault::invalid, "'kind' can be cluster");
    if (!nodes.empty() + !query.partition.empty() + query.cluster > 1)
        return fail(Fault::invalid, "nodes, partition and kind exclude each other");
    if (!nodes.empty()) {
        auto expanded = expand_nodeset(nodes);
        if (!expanded) return tl::unexpected<Error>(expanded.error());
        query.nodes = std::move(*expanded);
    }
    const auto from = instant(target, "since", now - usual_time);
    const auto to = instant(target, "until", now);
    const auto resolution = resolution_in(named(target, "resolution"));
    if (!from || !to) return tl::unexpected<Error>((from ? to : from).error());
    if (!resolution) return tl::unexpected<Error>(resolution.error());
    query.from = *from;
    query.to = *to;
    query.resolution = *resolution;
    if (query.from >= query.to) return fail(Fault::invalid, "'since' must be before 'until'");
    return query;
}

Answer refusal(const Error& error, unsigned invalid) {
    const bool is_invalid = error.fault == Fault::invalid;
    return Router::error(is_invalid ? invalid : 503, to_string(error.fault), error.text);
}

Answer answer_of(std::string body) {
    return {200, json_type, std::make_shared<const std::string>(std::move(body))};
}

asio::awaitable<Answer> job_answer(EnergyDoor& door, const std::string& text) {
    std::uint32_t id = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, id);
    if (failed != std::errc{} || stop != end)
        co_return Router::error(400, "invalid", "'job' must be the number of a job");
    const auto runs = co_await door.job_energy(id);
    if (!runs) co_return refusal(runs.error(), 404);
    co_return answer_of(json::job_energy(*runs));
}

}  // namespace

asio::awaitable<Answer> Router::energy(const Target& target) {
    auto* const door = control_.energy();
    if (door == nullptr) co_return error(404, "unsupported", "nothing is stored here");
    const auto job = named(target, "job");
    if (!job.empty()) co_return co_await job_answer(*door, job);
    auto query = query_of(target);
    if (!query) co_return refusal(query.error(), 400);
    auto report = co_await door->energy(std::move(*query));
    if (!report) co_return refusal(report.error(), 400);
    auto render = [report = std::move(*report)] { return json::energy(report); };
    auto body = co_await offload(workers_, std::move(render));
    co_return answer_of(std::move(body));
}

}  // namespace frugald
