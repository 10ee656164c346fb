// Slurm as a whole: whether it answers, its releases, and which nodes it and frugald know.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "daemon/doctor/check.h"

namespace frugald::doctor {

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// 2205 of "22.05.8"; absent for what is no version.
std::optional<int> release(const std::string& version) {
    int year = 0, month = 0;
    const auto* end = version.data() + version.size();
    const auto first = std::from_chars(version.data(), end, year);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return std::nullopt;
    if (std::from_chars(first.ptr + 1, end, month).ec != std::errc{}) return std::nullopt;
    return year * 100 + month;
}

Finding answers(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) {
        if (facts.now && !facts.now->scheduler_failure.empty())
            return failed("Slurm was never read: " + facts.now->scheduler_failure,
                          "see docs/slurm.md, \"How it is asked\", for that message");
        return unknown("Slurm was never read",
                       "add [slurm] to frugald.toml if this is a Slurm "
                       "cluster, or wait for the first answer");
    }
    const auto age = facts.now->at.steady - slurm->read_at.steady;
    const auto text =
        fmt::format("Slurm answered {} ago",
                    seconds_text(std::chrono::duration_cast<std::chrono::milliseconds>(age)));
    if (age <= facts.config.guard.max_scheduler_age) return ok(text);
    return failed(fmt::format("{}: {}", text, facts.now->scheduler_failure),
                  "nothing is switched off until it answers again; see docs/slurm.md");
}

Finding versions(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto& library = slurm->power_saving.library_version;
    const auto ours = release(library), its = release(slurm->version);
    const auto text =
        fmt::format("slurmctld is {}, frugald's libslurm {}", slurm->version, library);
    if (!ours || !its)
        return unknown(text, "compare slurmctld -V with the libslurm that is installed here");
    if (*ours == *its) return ok(text);
    return warn(text,
                "build frugald's Slurm plugin with the libslurm-dev of slurmctld's release "
                "(docs/slurm.md) before the next upgrade");
}

Finding excluded_states(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto its = release(slurm->version);
    if (!its) return unknown("slurmctld's version cannot be read", "see slurm-versions");
    if (*its < 2302)
        return ok(
            fmt::format("Slurm {} has no SuspendExcStates; frugald's policies leave drained, "
                        "failing and down nodes alone by themselves",
                        slurm->version));
    const auto& states = slurm->power_saving.suspend_exc_states;
    std::string missing;
    for (const char* state : {"DOWN", "DRAIN", "FAIL"})
        if (!has(states, state)) missing += (missing.empty() ? "" : ",") + std::string{state};
    if (missing.empty()) return ok("SuspendExcStates=" + states);
    return warn(fmt::format("SuspendExcStates={} lacks {}: Slurm's timer suspends nodes that an "
                            "administrator works on",
                            states, missing),
                "set SuspendExcStates=DOWN,DRAIN,FAIL,MAINT in slurm.conf");
}

Finding return_to_service(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto value = slurm->power_saving.return_to_service;
    const auto text = fmt::format("ReturnToService is {}", value);
    if (value == 2) return ok(text);
    return warn(text + ": a node that registers after its ResumeTimeout stays DOWN",
                "set ReturnToService=2 in slurm.conf");
}

Finding parameters(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto& list = slurm->power_saving.slurmctld_parameters;
    if (has(list, "idle_on_node_suspend"))
        return warn(
            "SlurmctldParameters has idle_on_node_suspend: a broken node that is suspended "
            "comes back as idle",
            "take idle_on_node_suspend out, unless all nodes are in a cloud");
    return ok(list.empty() ? "SlurmctldParameters is not set" : "SlurmctldParameters=" + list);
}

std::vector<std::string> unknown_to_slurm(const Facts& facts) {
    std::vector<std::string> names;
    for (const auto& name : facts.config.managed_nodes)
        if (!facts.slurm()->nodes.contains(name)) names.push_back(name);
    return names;
}

Finding knows_nodes(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto names = unknown_to_slurm(facts);
    if (names.empty())
        return ok(
            fmt::format("Slurm shows all {} managed nodes", facts.config.managed_nodes.size()));
    return failed(fmt::format("Slurm does not show {} of managed_nodes", some_nodes(names)),
                  "correct managed_nodes; powered-down cloud nodes are only shown with "
                  "PrivateData=cloud (before 26.05)");
}

Finding private_data(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto& data = slurm->power_saving.private_data;
    if (has(data, "jobs") || has(data, "nodes") || has(data, "reservations"))
        return warn(fmt::format("PrivateData={}: Slurm hides others' jobs, nodes or reservations "
                                "from users, and a job that is not seen is not protected",
                                data),
                    "run frugald as SlurmUser, or give its user AdminLevel=Operator or more "
                    "(sacctmgr modify user frugald set adminlevel=operator)");
    return ok(data.empty() ? "PrivateData hides nothing" : "PrivateData=" + data);
}

Finding protected_hosts(const Facts& facts) {
    std::vector<std::string> hosts = facts.probes.own_names;
    if (const auto* slurm = facts.slurm())
        hosts.insert(hosts.end(), slurm->controllers.begin(), slurm->controllers.end());
    std::vector<std::string> found;
    for (const auto& node : facts.config.managed_nodes)
        if (std::ranges::find(hosts, node) != hosts.end()) found.push_back(node);
    if (!found.empty())
        return failed(some_nodes(found) + " of managed_nodes run frugald or slurmctld",
                      "take them out of managed_nodes, and add them to never_touch");
    if (hosts.empty()) return unknown("this host's name is not known", "see hostname -f");
    return ok("neither this host nor a host of slurmctld is in managed_nodes");
}

Finding excluded_nodes(const Facts& facts) {
    const auto* slurm = facts.slurm();
    if (!slurm) return not_read();
    const auto& excluded = slurm->suspend_excluded_nodes;
    std::vector<std::string> both;
    for (const auto& node : facts.config.managed_nodes)
        if (std::ranges::find(excluded, node) != excluded.end()) both.push_back(node);
    if (both.empty()) return ok("no managed node is in SuspendExcNodes or SuspendExcParts");
    return warn(some_nodes(both) +
                    " of managed_nodes are in SuspendExcNodes or SuspendExcParts: "
                    "policies leave them alone",
                "take them out of one of the two, if they are to be suspended");
}

Finding munge(const Facts& facts) {
    if (!facts.slurm() && (!facts.now || facts.now->scheduler_failure.empty())) return not_read();
    const auto& socket = facts.probes.munge_socket;
    if (socket.exists) return ok("munged's socket is there");
    if (facts.slurm()) return ok("Slurm answers, so authentication works");
    return failed("munged's usual socket is not there: " + socket.trouble,
                  "systemctl start munge, with slurmctld's key in /etc/munge/munge.key");
}

}  // namespace

std::span<const Check> slurm_cluster_checks() {
    static constexpr Check checks[] = {
        {"slurm-answers", answers},
        {"slurm-versions", versions},
        {"slurm-exclude-states", excluded_states},
        {"slurm-return-to-service", return_to_service},
        {"slurm-parameters", parameters},
        {"slurm-knows-nodes", knows_nodes},
        {"slurm-private-data", private_data},
        {"protected-hosts", protected_hosts},
        {"slurm-excluded-nodes", excluded_nodes},
        {"munge-socket", munge},
    };
    return checks;
}

}  // namespace frugald::doctor
