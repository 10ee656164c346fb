#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"
#include "plugins/snmp/device.h"

namespace frugald::snmp {

namespace {

using namespace std::chrono_literals;
constexpr auto look_around_every = 1h;

}  // namespace

asio::awaitable<Result<bool>> Device::answers_probe(const Profile& profile) {
    if (profile.match.probes.empty()) co_return true;
    Agent agent{*session_, profile.limits};
    for (const auto& probe : profile.match.probes) {
        const auto below = co_await agent.walk(probe);
        if (!below) co_return tl::unexpected{below.error()};
        if (confirms(*below)) co_return true;
    }
    co_return false;
}

asio::awaitable<Result<const Profile*>> Device::identify() {
    if (config_.profile != "auto") co_return profiles_.find(config_.profile);
    Agent agent{*session_, Limits{}};
    const auto object_id = co_await agent.get_one(sys_object_id_oid);
    if (!object_id) co_return tl::unexpected{object_id.error()};
    const auto description = co_await agent.get_one(sys_descr_oid);
    if (!description) co_return tl::unexpected{description.error()};
    const auto candidates = profiles_.candidates(object_id->oid, description->text);
    for (const auto& candidate : candidates) {
        const auto answers = co_await answers_probe(*candidate.profile);
        if (!answers) co_return tl::unexpected{answers.error()};
        if (*answers) co_return candidate.profile;
    }
    if (!candidates.empty() && candidates.front().fits) co_return candidates.front().profile;
    co_return fail(
        Fault::unsupported,
        fmt::format("no profile fits it (sysObjectID {}): set 'profile' to one of {}, or "
                    "write one for it",
                    object_id->oid.empty() ? "(none)" : to_text(object_id->oid),
                    profiles_.names()));
}

asio::awaitable<Result<void>> Device::look_around() {
    const auto profile = co_await identify();
    if (!profile) co_return tl::unexpected{profile.error()};
    Agent agent{*session_, (*profile)->limits};
    Walks walks;
    for (const auto& column : columns_to_walk(**profile)) {
        auto walked = co_await agent.walk(column);
        if (!walked) co_return tl::unexpected{walked.error()};
        walks[column] = *std::move(walked);
    }
    auto plan = make_plan(**profile, walks);
    if (plan.items.empty())
        co_return fail(Fault::unsupported,
                       fmt::format("it has nothing that profile '{}' knows: set 'profile' to the "
                                   "right one of {}",
                                   (*profile)->name, profiles_.names()));
    const bool first_time = profile_ == nullptr;
    profile_ = *profile;
    plan_ = std::move(plan);
    mute_.clear();
    choose_wanted();
    slow_due_ = {};
    counters_.keep_only(plan_);
    looked_around_ = true;
    look_again_ = std::chrono::steady_clock::now() + look_around_every;
    if (first_time) compare_outlets();
    co_return Result<void>{};
}

void Device::compare_outlets() const {
    const auto measured = [&](const auto& mapped) {
        return std::ranges::any_of(plan_.items, [&](const Item& item) {
            return item.part == Part::outlet && item.name == mapped.first;
        });
    };
    for (const auto& mapped : config_.outlet_nodes)
        if (!measured(mapped))
            log::warning("PDU {} measures no outlet '{}', which the configuration says feeds {}",
                         config_.name, mapped.first, mapped.second);
}

}  // namespace frugald::snmp
