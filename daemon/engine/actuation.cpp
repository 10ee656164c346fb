#include "daemon/engine/actuation.h"

#include "daemon/engine/run.h"

namespace frugald {

void Actuation::want(IntentPtr intent) {
    Lane& lane = lanes_[intent->node];
    if (lane.newest && !lane.newest->result) {
        lane.newest->result = "superseded";
        tools_.journal.finish(lane.newest->journal_id, "superseded",
                              std::string{"by a newer request: "} + to_string(intent->wish));
    }
    last_generation_ = std::max(last_generation_, intent->generation);
    lane.newest = intent;
    if (lane.driving) return;
    lane.driving = true;
    tools_.tasks.spawn(drive(intent->node));
}

IntentPtr Actuation::current(std::string_view node) const {
    const auto found = lanes_.find(node);
    if (found == lanes_.end() || !found->second.newest || found->second.newest->result)
        return nullptr;
    return found->second.newest;
}

std::uint64_t Actuation::newest_generation(std::string_view node) const {
    const auto found = lanes_.find(node);
    return found == lanes_.end() || !found->second.newest ? 0 : found->second.newest->generation;
}

std::optional<SteadyTime> Actuation::last_command(std::string_view node) const {
    const auto found = lanes_.find(node);
    return found == lanes_.end() ? std::nullopt : found->second.last_command;
}

bool Actuation::aimed_at(std::string_view node, Chassis now) {
    const auto found = lanes_.find(node);
    if (found == lanes_.end() || found->second.aimed_at != now) return false;
    found->second.aimed_at.reset();
    return true;
}

std::uint64_t Actuation::next_generation() {
    const auto now = static_cast<std::uint64_t>(to_unix_ms(Instant::now().wall));
    last_generation_ = std::max(last_generation_ + 1, now);
    return last_generation_;
}

asio::awaitable<void> Actuation::drive(std::string node) {
    Lane& lane = lanes_[node];
    while (lane.newest && !lane.newest->result && !stopping_) {
        const IntentPtr intent = lane.newest;
        Run run{tools_, lane, intent, stopping_};
        co_await carry_out(run);
    }
    lane.driving = false;
}

}  // namespace frugald
