#include <algorithm>

#include "plugins/snmp/agent.h"

namespace frugald::snmp {

namespace {

/// What every agent has; more than one, for one may be the value that spoils the answer.
const Oid always_there[] = {{1, 3, 6, 1, 2, 1, 1, 3, 0}, {1, 3, 6, 1, 2, 1, 1, 2, 0}};

}  // namespace

/// What is left to ask, as lists for one GET each; the last is the next.
struct Agent::Getting {
    const std::vector<Oid>& wanted;
    std::vector<Positions> left;
    Collected collected;

    Request request() const {
        Request request;
        for (const auto position : left.back()) request.oids.push_back(wanted[position]);
        return request;
    }

    void fill(std::vector<Binding> bindings) {
        const auto asked = std::move(left.back());
        left.pop_back();
        for (std::size_t i = 0; i < bindings.size(); ++i) {
            auto& [oid, value] = bindings[i];
            const auto place = oid.empty() ? asked.begin() + static_cast<std::ptrdiff_t>(i)
                                           : std::ranges::find_if(asked, [&](std::size_t position) {
                                                 return wanted[position] == oid;
                                             });
            if (place != asked.end()) collected.values[*place] = std::move(value);
        }
    }

    void leave_out(std::size_t which) {
        auto& list = left.back();
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(which));
        if (list.empty()) left.pop_back();
    }

    /// Two halves instead of the whole; a list of one is given up.
    void split() {
        auto list = std::move(left.back());
        left.pop_back();
        if (list.size() == 1) {
            collected.mute.push_back(list.front());
            return;
        }
        const auto middle = list.begin() + static_cast<std::ptrdiff_t>(list.size() / 2);
        left.emplace_back(middle, list.end());
        left.emplace_back(list.begin(), middle);
    }
};

asio::awaitable<bool> Agent::alive() {
    for (const auto& oid : always_there) {
        const Request request{.oids = {oid}};
        const auto reply = co_await session_.ask(request);
        if (reply) co_return true;
        if (reply.error().fault != Fault::timeout) co_return false;
    }
    co_return false;
}

asio::awaitable<Result<void>> Agent::get_some(Getting& getting) {
    const auto request = getting.request();
    auto reply = co_await session_.ask(request);
    if (!reply && reply.error().fault == Fault::timeout) {
        // Silence may mean that one value of this answer cannot be decoded.
        const bool answers = co_await alive();
        if (!answers) co_return tl::unexpected{reply.error()};
        getting.split();
        co_return Result<void>{};
    }
    if (!reply) co_return tl::unexpected{reply.error()};
    const bool names_one = reply->error_index >= 1 && reply->error_index <= request.oids.size();
    if (reply->status == ErrorStatus::none)
        getting.fill(std::move(reply->bindings));
    else if (reply->status != ErrorStatus::too_big && names_one)
        getting.leave_out(reply->error_index - 1);
    else
        getting.split();
    co_return Result<void>{};
}

asio::awaitable<Result<Collected>> Agent::get(const std::vector<Oid>& wanted) {
    Getting getting{.wanted = wanted, .left = {}, .collected = {}};
    getting.collected.values.resize(wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (i % limits_.max_oids == 0) getting.left.emplace_back();
        getting.left.back().push_back(i);
    }
    std::ranges::reverse(getting.left);
    while (!getting.left.empty()) {
        const auto got = co_await get_some(getting);
        if (!got) co_return tl::unexpected{got.error()};
    }
    co_return std::move(getting.collected);
}

asio::awaitable<Result<Value>> Agent::get_one(Oid wanted) {
    const std::vector<Oid> list{std::move(wanted)};
    auto collected = co_await get(list);
    if (!collected) co_return tl::unexpected{collected.error()};
    co_return std::move(collected->values.front());
}

}  // namespace frugald::snmp
