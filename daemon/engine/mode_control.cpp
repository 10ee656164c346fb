// What the API may ask about modes, plans and identities.

#include <fmt/format.h>

#include "daemon/engine/engine_control.h"

namespace frugald {

asio::awaitable<std::string> EngineControl::mode(Caller who, ModeRequest what) {
    auto& modes = engine_.modes();
    if (what.mode)
        modes.set({what.partition, what.action, *what.mode}, who.name, what.reason);
    else
        modes.reset(who.name, what.reason);
    co_await engine_.tools().journal.flush();
    co_return modes.describe();
}

asio::awaitable<PlanReport> EngineControl::plan() {
    auto& plans = engine_.proposals().plans();
    plans.expire(Instant::now());
    co_return PlanReport{engine_.modes().describe(), plans.list(), plans.shadow()};
}

asio::awaitable<std::vector<Outcome>> EngineControl::approve(Caller who, ApproveRequest what) {
    std::vector<Outcome> outcomes;
    for (const auto id : what.ids) {
        auto action = engine_.proposals().plans().take(id, Instant::now());
        if (!action) {
            outcomes.push_back({fmt::format("#{}", id),
                                Outcome::Kind::failed,
                                {},
                                "there is no such plan, or it has expired; frugalctl plan"});
            continue;
        }
        action->actor_name += ", approved by " + who.name;
        action->reason += "; approved: " + what.reason;
        const std::string node = action->node;
        std::string trouble;
        const auto verdict =
            co_await engine_.proposals().ask_scheduler(std::move(*action), false, trouble);
        if (!verdict.allowed)
            outcomes.push_back({node, Outcome::Kind::refused, verdict.rule, verdict.why});
        else if (trouble.empty())
            outcomes.push_back({node, Outcome::Kind::done, {}, "Slurm shows it"});
        else
            outcomes.push_back({node, Outcome::Kind::failed, {}, trouble});
    }
    co_return outcomes;
}

asio::awaitable<std::vector<Outcome>> EngineControl::accept_bmc(Caller who, AcceptRequest what) {
    std::vector<Outcome> outcomes;
    engine_.identities().look(what.nodes);
    for (const auto& node : what.nodes) {
        const auto guid = engine_.identities().accept(node, who.name, what.reason);
        if (guid.empty())
            outcomes.push_back({node,
                                Outcome::Kind::failed,
                                {},
                                "its BMC has not named a GUID since frugald's start"});
        else
            outcomes.push_back({node, Outcome::Kind::done, {}, "its BMC is " + guid});
    }
    co_await engine_.tools().journal.flush();
    co_return outcomes;
}

}  // namespace frugald
