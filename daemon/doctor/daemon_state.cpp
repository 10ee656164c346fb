// frugald itself: mode, holds, modules, configuration.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/doctor/check.h"

namespace frugald::doctor {

namespace {

using std::chrono::hours;

Finding managed_nodes(const Facts& facts) {
    const auto count = facts.config.managed_nodes.size();
    if (count > 0) return ok(fmt::format("managed_nodes names {} nodes", count));
    return warn("managed_nodes is empty: frugald measures, and acts on nothing",
                "name the nodes that frugald may act upon in managed_nodes");
}

Finding mode(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto& mode = facts.now->mode;
    if (facts.in_mode("demoted"))
        return warn("the mode is " + mode + ": frugald has demoted itself",
                    "frugalctl events says what it saw; when that is mended, frugalctl mode ends "
                    "the demotion");
    if (facts.acts() || facts.in_mode("advise")) return ok("the mode is " + mode);
    const auto since = facts.observing_since ? facts.observing_since : facts.now->config_loaded_at;
    if (!since) return unknown("since when the mode is observe is not known", "see the log");
    const auto days = std::chrono::duration_cast<hours>(facts.now->at.wall - *since) / 24;
    const auto text = fmt::format("the mode has been observe for {} days or more", days.count());
    if (days > hours{30})
        return warn(text,
                    "read what it would have done, and promote it to advise or guarded, or "
                    "accept that nothing is saved");
    return ok(text);
}

Finding kill_switch(const Facts& facts) {
    if (!facts.now) return no_picture();
    if (facts.now->hold)
        return warn("the kill switch is on: " + *facts.now->hold,
                    "frugalctl release all, when the reason is gone");
    return ok("the kill switch is off");
}

Finding hold_file(const Facts& facts) {
    const auto path = (facts.config.daemon.runtime_directory / "HOLD").string();
    if (facts.probes.hold_file.exists)
        return warn(fmt::format("the file {} is there: it is a kill switch of its own", path),
                    fmt::format("rm {}, when the reason is gone", path));
    return ok(fmt::format("there is no file {}", path));
}

Finding old_holds(const Facts& facts) {
    if (!facts.now) return no_picture();
    constexpr hours week{7 * 24};
    std::vector<std::string> held, old;
    for (const auto& [name, node] : facts.now->nodes)
        if (node.hold) {
            held.push_back(name);
            if (facts.now->at.wall - node.hold->since > week) old.push_back(name);
        }
    if (!old.empty())
        return warn(some_nodes(old) + " have been held for more than a week",
                    "frugalctl why NODE says who and why; frugalctl release NODE");
    return ok(held.empty() ? "no node is held" : some_nodes(held) + " are held, none for a week");
}

Finding store(const Facts& facts) {
    if (!facts.now) return no_picture();
    if (!facts.now->store_damage.empty())
        return failed("the database was damaged: " + facts.now->store_damage,
                      "see what is missing (frugalctl events, audit verify; holds!), look at the "
                      "disk; then frugalctl mode ends observing and frugalctl release all a hold");
    if (facts.now->store_failure.empty()) return ok("the database takes what it is given");
    return failed("the database: " + facts.now->store_failure,
                  "see disk-space and state-directory; requests are refused until it works");
}

Finding modules(const Facts& facts) {
    if (!facts.now) return no_picture();
    std::string list;
    for (const auto& module : facts.now->modules)
        // A plugin that no table names is not missed.
        if (!module.loaded && module.detail != not_configured)
            return failed(
                fmt::format("the plugin {} is not loaded: {}", module.name, module.detail),
                "install it (frugald --list-plugins shows what there is), or take its "
                "table out of frugald.toml; then restart frugald");
    for (const auto& module : facts.now->modules)
        if (module.loaded) list += (list.empty() ? "" : ", ") + module.name;
    if (list.empty())
        return warn(
            "no plugin is configured: frugald neither measures nor acts",
            "add [ipmi] and [slurm] to frugald.toml; frugalctl discover proposes the first");
    return ok("loaded: " + list);
}

Finding reload(const Facts& facts) {
    if (!facts.now) return no_picture();
    if (facts.now->last_reload_successful) return ok("the configuration in force is the one read");
    return failed("the last reload was refused: the old configuration is in force",
                  "frugald --check-config names the mistakes; then systemctl reload frugald");
}

Finding warnings(const Facts& facts) {
    const auto& list = facts.config.warnings;
    if (list.empty()) return ok("the configuration gives no warnings");
    return warn(fmt::format("the configuration gives {} warning{}: {}", list.size(),
                            list.size() == 1 ? "" : "s", list.front()),
                "frugald --check-config prints all of them");
}

Finding cap_limits(const Facts& facts) {
    if (!facts.now) return no_picture();
    const double least = facts.config.cap.least_watts;
    std::vector<std::string> hopeless;
    for (const auto& [name, node] : facts.now->nodes)
        if (node.cap && node.cap->maximum && node.cap->maximum->value <= least)
            hopeless.push_back(name);
    if (hopeless.empty())
        return ok(
            fmt::format("least_watts is {:.0f} W, below what every limited node can draw", least));
    return warn(fmt::format("least_watts is {:.0f} W, more than {} can draw at all", least,
                            some_nodes(hopeless)),
                "lower it in [cap], or no limit means anything there");
}

Finding idle_policy(const Facts& facts) {
    const auto& idle = facts.config.idle;
    if (!idle.enabled) return ok("the idle policy is not enabled");
    if (!facts.slurm()) return not_read();
    for (const auto& wanted : idle.partitions)
        if (std::ranges::none_of(facts.slurm()->partitions,
                                 [&](const auto& each) { return each.name == wanted; }))
            return failed(fmt::format("the idle policy names the partition {}, which Slurm does "
                                      "not have",
                                      wanted),
                          "correct partitions in [policy.idle]");
    const auto nodes = facts.config.managed_nodes.size();
    if (idle.spare_nodes >= nodes)
        return warn(fmt::format("spare_nodes is {}, and there are {} managed nodes: nothing is "
                                "ever suspended",
                                idle.spare_nodes, nodes),
                    "lower spare_nodes in [policy.idle]");
    return ok(fmt::format("the idle policy keeps {} of {} nodes", idle.spare_nodes, nodes));
}

}  // namespace

std::span<const Check> daemon_checks() {
    static constexpr Check checks[] = {
        {"managed-nodes", managed_nodes},
        {"mode", mode},
        {"kill-switch", kill_switch},
        {"hold-file", hold_file},
        {"old-holds", old_holds},
        {"database", store},
        {"plugins", modules},
        {"last-reload", reload},
        {"configuration-warnings", warnings},
        {"cap-limits", cap_limits},
        {"idle-policy", idle_policy},
    };
    return checks;
}

}  // namespace frugald::doctor
