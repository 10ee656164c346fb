#pragma once

#include <optional>
#include <vector>

#include "plugins/snmp/profile.h"
#include "plugins/snmp/session.h"

namespace frugald::snmp {

/// The values of a list of OIDs, in its order.
struct Collected {
    std::vector<Value> values;
    std::vector<std::size_t> mute;  // positions that keep the agent from answering: ask no more
};

/// A session together with what its agent can take. The session and the limits outlive it.
class Agent {
public:
    Agent(Session& session, const Limits& limits) : session_(session), limits_(limits) {}

    /// GETs of at most `max_oids`, one after the other. An OID that the agent does not have is
    /// absent; one that spoils the whole answer (v1 noSuchName, malformed numbers) is found and
    /// left out. Fails when the agent does not answer at all.
    asio::awaitable<Result<Collected>> get(const std::vector<Oid>& wanted);
    asio::awaitable<Result<Value>> get_one(Oid wanted);

    /// Everything below `root`, by GETBULK where the agent can. Ends early, without failing, where
    /// an agent that is alive stops answering or goes in circles.
    asio::awaitable<Result<std::vector<Binding>>> walk(Oid root);

private:
    using Positions = std::vector<std::size_t>;
    struct Getting;
    asio::awaitable<Result<void>> get_some(Getting& getting);
    asio::awaitable<bool> alive();
    asio::awaitable<Result<Reply>> next_of(Oid at, int& repetitions);

    Session& session_;
    Limits limits_;
};

}  // namespace frugald::snmp
