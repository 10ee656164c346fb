#include "daemon/doctor/examine.h"
#include "daemon/doctor/probes.h"
#include "daemon/engine/engine_control.h"
#include "daemon/ports/offload.h"

namespace frugald {

asio::awaitable<std::vector<Finding>> EngineControl::doctor() {
    doctor::Facts facts;
    facts.config = engine_.config();
    facts.now = engine_.picture();
    facts.began = began_;
    if (facts.now)
        for (const auto& [name, node] : facts.now->nodes)
            if (auto guid = engine_.modules().identity(name)) facts.guids.emplace(name, *guid);
    if (!prober_) prober_ = std::make_unique<asio::thread_pool>(1);
    auto look = [config = facts.config, now = facts.now] {
        return doctor::probe(config, now ? now->scheduler.get() : nullptr);
    };
    facts.probes = co_await offload(*prober_, std::move(look));
    co_return doctor::examine(facts);
}

}  // namespace frugald
