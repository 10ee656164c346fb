#include "daemon/export/json.h"
#include "daemon/export/parameters.h"
#include "daemon/export/router.h"
#include "daemon/ports/offload.h"

namespace frugald {

namespace {

constexpr std::chrono::hours usual_time{24};

EnergyQuery query_of(Parameters& from) {
    EnergyQuery query;
    from.exclude({"nodes", "partition", "kind"});
    query.nodes = from.nodes("nodes");
    if (const std::string* const partition = from.find("partition")) query.partition = *partition;
    if (const std::string* const kind = from.find("kind")) {
        query.cluster = *kind == "cluster";
        if (!query.cluster) from.complain("'kind' can be cluster");
    }
    const auto now = Instant::now().wall;
    query.from = from.instant("since", now - usual_time);
    query.to = from.instant("until", now);
    if (query.from >= query.to) from.complain("'since' must be before 'until'");
    query.resolution = from.choice("resolution", all_resolutions).value_or(Resolution::automatic);
    return query;
}

Answer refusal(const Error& error, unsigned invalid) {
    const bool is_invalid = error.fault == Fault::invalid;
    return Router::error(is_invalid ? invalid : 503, to_string(error.fault), error.text);
}

asio::awaitable<Answer> job_answer(EnergyDoor& door, std::uint32_t job) {
    const auto runs = co_await door.job_energy(job);
    if (!runs) co_return refusal(runs.error(), 404);
    co_return json_answer(json::job_energy(*runs));
}

}  // namespace

asio::awaitable<Answer> Router::energy(const Target& target) {
    auto* const door = control_.energy();
    if (door == nullptr) co_return error(404, "unsupported", "nothing is stored here");
    Parameters from{target};
    const auto job = from.job("job");
    auto query = job == 0 ? query_of(from) : EnergyQuery{};
    if (const auto good = from.check(); !good) co_return refusal(good.error(), 400);
    if (job != 0) co_return co_await job_answer(*door, job);
    auto report = co_await door->energy(std::move(query));
    if (!report) co_return refusal(report.error(), 400);
    auto render = [report = std::move(*report)] { return json::energy(report); };
    auto body = co_await offload(workers_, std::move(render));
    co_return json_answer(std::move(body));
}

}  // namespace frugald
