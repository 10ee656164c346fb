#include "daemon/engine/quarantine.h"

#include <fmt/format.h>

#include "daemon/core/fields.h"
#include "daemon/core/log.h"
#include "daemon/engine/chronicle.h"

namespace frugald {

void Quarantine::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [node, count] : kept) failures_[node] = number_in<unsigned>(count);
}

void Quarantine::booted(const std::string& node) {
    if (failures_.erase(node) > 0) journal_.drop(space, node);
}

void Quarantine::boot_failed(const std::string& node, const std::string& why) {
    const unsigned count = ++failures_[node];
    journal_.keep(space, node, fmt::format("{}", count));
    if (count < limit_ || holds_.node(node)) return;
    const auto text = fmt::format("{} boots in a row failed: {}", count, why);
    holds_.set(node, {owner, text, Instant::now().wall, std::nullopt});
    journal_.audit(chronicle::quarantine(node, text));
    journal_.note(node, "incident",
                  fmt::format("quarantined: {1}; when it is repaired: frugalctl release {0}, then "
                              "scontrol update nodename={0} state=resume",
                              node, text));
    log::error("{} is quarantined: {}", node, text);
    failures_[node] = 0;
    tasks_.spawn(drain(node, text));
}

asio::awaitable<void> Quarantine::drain(std::string node, std::string why) {
    if (!modules_.schedules()) co_return;
    const std::vector<std::string> nodes{node};
    const std::string reason = "frugald: " + why;
    const auto done = co_await modules_.command_scheduler(SchedulerCommand::drain, nodes, reason);
    journal_.note(node, "quarantine",
                  done ? "drained in Slurm" : "cannot be drained in Slurm: " + done.error().text);
}

}  // namespace frugald
