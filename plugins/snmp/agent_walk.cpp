#include "plugins/snmp/agent.h"

namespace frugald::snmp {

namespace {

constexpr std::size_t most_rows = 20000;  // an agent that invents rows without end

/// Appends what continues the walk; false when the walk is over.
bool append(std::vector<Binding>& rows, std::vector<Binding> bindings, const Oid& root) {
    for (auto& binding : bindings) {
        if (binding.oid.empty()) return false;  // what was asked for again: in circles
        const auto& last = rows.empty() ? root : rows.back().oid;
        if (!starts_with(binding.oid, root) || binding.oid <= last) return false;
        rows.push_back(std::move(binding));
    }
    return rows.size() < most_rows;
}

/// What to try, in order, when an agent that is alive does not answer: fewer rows, for one of them
/// may not be decodable; then the row behind it.
std::vector<Request> tries(const Oid& at, const Oid& behind, int repetitions) {
    std::vector<Request> tries;
    if (repetitions > 1) tries.push_back({Request::Kind::bulk, {at}, repetitions});
    tries.push_back({Request::Kind::next, {at}, 0});
    tries.push_back({Request::Kind::next, {behind}, 0});
    return tries;
}

}  // namespace

asio::awaitable<Result<Reply>> Agent::next_of(Oid at, int& repetitions) {
    Oid behind = at;
    ++behind.back();
    const auto requests = tries(at, behind, repetitions);
    for (const auto& request : requests) {
        auto reply = co_await session_.ask(request);
        if (reply || reply.error().fault != Fault::timeout) co_return reply;
        const bool answers = co_await alive();
        if (!answers) co_return reply;
        repetitions = 1;
    }
    co_return Reply{};
}

asio::awaitable<Result<std::vector<Binding>>> Agent::walk(Oid root) {
    std::vector<Binding> rows;
    const bool bulk = limits_.bulk && session_.version() != Version::v1;
    int repetitions = bulk ? limits_.max_repetitions : 1;
    for (;;) {
        const auto at = rows.empty() ? root : rows.back().oid;
        auto reply = co_await next_of(at, repetitions);
        if (!reply) co_return tl::unexpected{reply.error()};
        if (reply->status == ErrorStatus::too_big && repetitions > 1) {
            repetitions /= 2;
            continue;
        }
        const bool over = reply->status != ErrorStatus::none || reply->bindings.empty() ||
                          !append(rows, std::move(reply->bindings), root);
        if (over) co_return rows;
    }
}

}  // namespace frugald::snmp
