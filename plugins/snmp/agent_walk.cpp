#include "plugins/snmp/agent.h"

namespace frugald::snmp {

namespace {

constexpr std::size_t most_rows = 20000;  // an agent that invents rows without end

/// Appends what continues the walk; false when the walk is over.
bool append(std::vector<Binding>& rows, std::vector<Binding> bindings, const Oid& root) {
    for (auto& binding : bindings) {
        const auto& last = rows.empty() ? root : rows.back().oid;
        if (!starts_with(binding.oid, root) || binding.oid <= last) return false;
        rows.push_back(std::move(binding));
    }
    return rows.size() < most_rows;
}

}  // namespace

asio::awaitable<Result<Reply>> Agent::next_of(const Oid& at, int& repetitions) {
    const auto kind = repetitions > 1 ? Request::Kind::bulk : Request::Kind::next;
    const Request request{.kind = kind, .oids = {at}, .max_repetitions = repetitions};
    auto reply = co_await session_.ask(request);
    if (reply || reply.error().fault != Fault::timeout) co_return reply;
    const bool answers = co_await alive();
    if (!answers) co_return reply;
    if (repetitions <= 1) co_return Reply{};
    // One row of the answer may not be decodable: step over the rows one by one.
    repetitions = 1;
    const Request single{.kind = Request::Kind::next, .oids = {at}};
    reply = co_await session_.ask(single);
    if (!reply && reply.error().fault == Fault::timeout) co_return Reply{};
    co_return reply;
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
