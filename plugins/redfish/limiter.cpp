#include "plugins/redfish/limiter.h"

#include <fmt/format.h>

#include <cmath>

#include "plugins/redfish/limit_bodies.h"

namespace frugald::redfish {
namespace {

constexpr Sending as_command{Priority::control, nullptr};

/// A limit as it was read, with what a PATCH of it needs.
struct Limit {
    LimitFacts facts;
    LimitPlace place;
    std::string etag;
};

tl::unexpected<Error> no_limit(const Machine& machine) {
    return fail(Fault::unsupported,
                fmt::format("{} offers no power limit of {} by Redfish: neither PowerLimitWatts in "
                            "EnvironmentMetrics, a Control of the chassis, nor PowerLimit in Power",
                            machine.bmc.label(), machine.node));
}

asio::awaitable<Result<Limit>> fetch(Machine& machine) {
    const Result<void> known = co_await know_layout(machine, as_command);
    if (!known) co_return tl::unexpected(known.error());
    if (!machine.layout->limit_kind) co_return no_limit(machine);
    const LimitKind kind = *machine.layout->limit_kind;
    const Result<Reply> reply = co_await machine.bmc.get(machine.layout->limit, as_command);
    if (!reply) co_return tl::unexpected(reply.error());
    const auto facts = read_limit(kind, reply->document, machine.layout->system);
    if (!facts) co_return no_limit(machine);
    Limit limit{.facts = *facts, .place = {.kind = kind}, .etag = reply->etag};
    limit.place.has_exception = facts->has_exception;
    if (kind == LimitKind::power)
        limit.place.member = *node_member(reply->document, machine.layout->system);
    co_return limit;
}

/// Sends the body once more where the BMC wants another ETag: then it was not done.
asio::awaitable<Result<Reply>> patch(Machine& machine, std::string body, std::string etag) {
    const std::string path = machine.layout->limit;
    Result<Reply> done = co_await machine.bmc.change(Method::patch, path, body, etag, as_command);
    if (!done || !done->changed) co_return done;
    const Result<Limit> now = co_await fetch(machine);
    if (!now) co_return tl::unexpected(now.error());
    done = co_await machine.bmc.change(Method::patch, path, body, now->etag, as_command);
    if (done && done->changed)
        co_return fail(Fault::refused, fmt::format("{}: {} is being changed by others all the time",
                                                   machine.bmc.label(), path));
    co_return done;
}

Result<long> check_bounds(const Machine& machine, const CapReading& now, Watts limit) {
    const double watts = std::round(limit.value);
    if (!(watts >= 1 && watts <= 1e6))
        return fail(Fault::invalid, fmt::format("{}: a power limit of {} W cannot be asked for",
                                                machine.node, limit.value));
    const bool low = now.least && watts < now.least->value;
    const bool high = now.most && watts > now.most->value;
    if (!low && !high) return static_cast<long>(watts);
    const std::string least = now.least ? fmt::format("{:.0f}", now.least->value) : "any";
    const std::string most = now.most ? fmt::format("{:.0f}", now.most->value) : "any";
    return fail(Fault::refused,
                fmt::format("{} cannot be limited to {:.0f} W: its BMC allows {} to {} W",
                            machine.node, watts, least, most));
}

tl::unexpected<Error> would_power_off(const Machine& machine) {
    return fail(
        Fault::refused,
        fmt::format("{}: its BMC is set to power the node off above a limit (LimitException "
                    "HardPowerOff) and does not let this be changed: no limit is set; "
                    "change it in the BMC's own interface",
                    machine.node));
}

/// Makes sure that no limit can power the node off, before there is one.
asio::awaitable<Result<Limit>> disarm(Machine& machine, Limit limit) {
    if (!limit.facts.hard_power_off) co_return limit;
    if (limit.place.kind != LimitKind::power) co_return would_power_off(machine);
    const Result<Reply> done = co_await patch(machine, disarm_body(limit.place), limit.etag);
    if (!done && done.error().fault != Fault::refused) co_return tl::unexpected(done.error());
    const Result<Limit> now = co_await fetch(machine);
    if (!now) co_return tl::unexpected(now.error());
    if (now->facts.hard_power_off) co_return would_power_off(machine);
    co_return *now;
}

asio::awaitable<Result<void>> verify(Machine& machine, long watts, bool later) {
    const Result<Limit> now = co_await fetch(machine);
    if (!now) co_return tl::unexpected(now.error());
    if (now->facts.hard_power_off) {
        const Result<Reply> undone = co_await patch(machine, release_body(now->place), now->etag);
        if (!undone) co_return tl::unexpected(undone.error());
        co_return would_power_off(machine);
    }
    const CapReading& seen = now->facts.reading;
    const bool there = seen.active && std::abs(seen.limit.value - static_cast<double>(watts)) <= 1;
    if (there || later) co_return Result<void>{};
    co_return fail(Fault::refused,
                   fmt::format("{} accepted a power limit of {} W for {}, but shows {:.0f} W, {}",
                               machine.bmc.label(), watts, machine.node, seen.limit.value,
                               seen.active ? "active" : "not active"));
}

}  // namespace

asio::awaitable<Result<CapReading>> read_cap(Machine& machine) {
    const Result<Limit> limit = co_await fetch(machine);
    if (!limit) co_return tl::unexpected(limit.error());
    co_return limit->facts.reading;
}

asio::awaitable<Result<void>> set_limit(Machine& machine, Watts wanted) {
    const Result<Limit> found = co_await fetch(machine);
    if (!found) co_return tl::unexpected(found.error());
    const Result<long> watts = check_bounds(machine, found->facts.reading, wanted);
    if (!watts) co_return tl::unexpected(watts.error());
    const Result<Limit> safe = co_await disarm(machine, *found);
    if (!safe) co_return tl::unexpected(safe.error());
    const std::string body = set_body(safe->place, *watts);
    const Result<Reply> done = co_await patch(machine, body, safe->etag);
    if (!done) co_return tl::unexpected(done.error());
    co_return co_await verify(machine, *watts, done->later);
}

asio::awaitable<Result<void>> release_limit(Machine& machine) {
    const Result<Limit> found = co_await fetch(machine);
    if (!found) co_return tl::unexpected(found.error());
    const std::string body = release_body(found->place);
    const Result<Reply> done = co_await patch(machine, body, found->etag);
    if (!done) co_return tl::unexpected(done.error());
    co_return Result<void>{};
}

}  // namespace frugald::redfish
