// BMCs: whether every node has one, one of its own, and what they tell.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/doctor/bmc_groups.h"
#include "daemon/doctor/check.h"

namespace frugald::doctor {

namespace {

using Names = std::vector<std::string>;

template <class Which>
Names nodes_that(const Facts& facts, Which which) {
    Names names;
    for (const auto& [name, node] : facts.now->nodes)
        if (which(node)) names.push_back(name);
    return names;
}

bool has_bmc(const Node& node) { return node.has_bmc; }

/// "n[1-2] share 10.0.0.1" of the first value that two nodes have; empty: none do.
std::string shared(const std::map<std::string, std::string>& values) {
    std::map<std::string, Names> owners;
    for (const auto& [node, value] : values) owners[value].push_back(node);
    for (const auto& [value, names] : owners)
        if (names.size() > 1) return fmt::format("{} share {}", some_nodes(names), value);
    return {};
}

Finding missing(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto without =
        nodes_that(facts, [](const Node& node) { return node.managed && !node.has_bmc; });
    if (without.empty()) return ok("every managed node has a BMC");
    return failed(some_nodes(without) + " of managed_nodes have no BMC in the configuration",
                  "add them to an [[ipmi.group]] (frugalctl discover proposes one) or a "
                  "[[redfish.group]], or take them out of managed_nodes");
}

Finding never_answered(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto silent =
        nodes_that(facts, [](const Node& node) { return node.has_bmc && !node.last_answer; });
    if (silent.empty()) return ok("every BMC has answered since frugald's start");
    const auto& failure = facts.now->nodes.at(silent.front()).failure;
    return failed(fmt::format("the BMCs of {} have never answered: {}", some_nodes(silent),
                              failure.empty() ? "not asked yet" : failure),
                  "check address, network, user and password: frugalctl discover NODE --user ...");
}

Finding unreachable(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto all = nodes_that(facts, has_bmc).size();
    const auto lost = nodes_that(facts, [](const Node& node) {
        return node.has_bmc && node.last_answer && !node.reachable;
    });
    if (lost.empty()) return ok(fmt::format("no BMC of {} has fallen silent", all));
    const auto text = fmt::format("the BMCs of {} of {} have fallen silent", some_nodes(lost), all);
    const char* fix = "frugalctl why NODE says why; resetting a BMC (mc reset cold) often helps";
    return lost.size() * 5 > all ? failed(text, fix) : warn(text, fix);
}

Finding addresses(const Facts& facts) {
    const auto& known = facts.probes.bmc_addresses;
    if (known.empty()) {
        if (bmc_groups(facts.config).empty()) return ok("no BMC is configured");
        return unknown("the addresses of the BMCs are not known",
                       "see the names in the name service");
    }
    if (const auto twice = shared(known); !twice.empty())
        return failed(twice + ": a command for one hits the other",
                      "correct bmc in its group, or the name service");
    return ok(fmt::format("{} BMCs have {} different addresses", known.size(), known.size()));
}

Finding duplicate_guids(const Facts& facts) {
    if (facts.guids.empty())
        return unknown("no BMC has given a GUID yet", "ask again when BMCs have answered");
    if (const auto twice = shared(facts.guids); !twice.empty())
        return failed(twice + ": one machine under two names, or a BMC whose GUID was never set",
                      "compare the serial numbers (ipmi-fru), correct the addresses, or set the "
                      "GUIDs with the vendor's tool");
    return ok(fmt::format("{} BMCs have given different GUIDs", facts.guids.size()));
}

Finding absent_guids(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto without = nodes_that(facts, [&](const Node& node) {
        return node.has_bmc && node.last_answer && !facts.guids.contains(node.name);
    });
    if (without.empty()) return ok("every BMC that has answered has given a GUID");
    return warn(some_nodes(without) + " have BMCs without a GUID: a swapped cable goes unnoticed",
                "set the GUIDs with the vendor's tool");
}

Finding cipher_suites(const Facts& facts) {
    Names weak;
    std::size_t all = 0;
    for (const auto& group : bmc_groups(facts.config)) {
        all += group.nodes.size();
        if (std::ranges::find(group.cipher_suites, 3) != group.cipher_suites.end())
            weak.insert(weak.end(), group.nodes.begin(), group.nodes.end());
    }
    if (weak.empty()) return ok(fmt::format("all {} BMCs are asked with cipher suite 17", all));
    return warn(some_nodes(weak) + " may be asked with cipher suite 3 (SHA-1)",
                "update the BMCs' firmware, then set cipher_suites = [17]");
}

Finding power(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto without = nodes_that(facts, [](const Node& node) {
        return node.has_bmc && node.reachable && node.chassis != Chassis::off && !node.power;
    });
    if (without.empty()) return ok("every node that is on and answers tells its power");
    return warn(some_nodes(without) + " tell no power, neither by DCMI nor by sensors",
                "meter them by PDU outlets (docs/pdu.md), or give an estimate in [[model]]");
}

Finding stale(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto all = nodes_that(facts, has_bmc).size();
    if (all == 0) return ok("no BMC is configured");
    const auto bad = nodes_that(facts, [](const Node& node) {
        return node.has_bmc && node.power && node.power->quality == Quality::stale;
    });
    const auto percent = bad.size() * 100 / all;
    const auto text = fmt::format("{} % of {} power readings are too old", percent, all);
    if (percent > 45) return failed(text, "all offs and un-caps are frozen; see bmc-unreachable");
    if (percent > 20) return warn(text, "no economy actions in that group; see bmc-unreachable");
    return ok(text);
}

Finding chassis(const Facts& facts) {
    if (!facts.now) return no_picture();
    if (!facts.slurm()) return not_read();
    const auto quiet = [](const Node& node) { return node.scheduler && !node.intent; };
    const auto dead = nodes_that(facts, [&](const Node& node) {
        return quiet(node) && node.chassis == Chassis::off && node.scheduler->allocated_cpus > 0;
    });
    if (!dead.empty())
        return failed(some_nodes(dead) + " are off, and Slurm has jobs on them",
                      "frugalctl why NODE; power them on, Slurm requeues the jobs");
    const auto wasted = nodes_that(facts, [&](const Node& node) {
        return quiet(node) && node.chassis == Chassis::on && node.scheduler->powered_down &&
               !node.scheduler->powering_up;
    });
    const auto gone = nodes_that(facts, [&](const Node& node) {
        const auto& slurm = node.scheduler;
        return quiet(node) && node.chassis == Chassis::off && slurm->base == NodeBase::idle &&
               !slurm->powered_down && !slurm->powering_down && !slurm->powering_up;
    });
    if (wasted.empty() && gone.empty()) return ok("chassis and Slurm agree");
    std::string text;
    if (!wasted.empty()) text = some_nodes(wasted) + " are on although Slurm counts them as off";
    if (!gone.empty())
        text += fmt::format("{}{} are off although Slurm counts them as idle",
                            text.empty() ? "" : "; ", some_nodes(gone));
    return warn(text,
                "frugalctl why NODE; then frugalctl power off those that Slurm counts as "
                "off, and power on those that it counts as idle");
}

Finding caps(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto bad = nodes_that(facts, [](const Node& node) {
        return node.cap && (node.cap->condition == CapCondition::not_obeyed ||
                            node.cap->condition == CapCondition::lost ||
                            node.cap->condition == CapCondition::not_cappable);
    });
    if (bad.empty()) return ok("every power limit holds");
    const auto& cap = *facts.now->nodes.at(bad.front()).cap;
    return failed(fmt::format("the limits of {} do not hold: {}", some_nodes(bad), cap.detail),
                  "frugalctl cap show; count these nodes at their maximum, or update firmware");
}

}  // namespace

std::span<const Check> bmc_checks() {
    static constexpr Check checks[] = {
        {"bmc-missing", missing},
        {"bmc-never-answered", never_answered},
        {"bmc-unreachable", unreachable},
        {"bmc-addresses", addresses},
        {"bmc-duplicate-guid", duplicate_guids},
        {"bmc-without-guid", absent_guids},
        {"bmc-cipher-suites", cipher_suites},
        {"node-power", power},
        {"stale-readings", stale},
        {"chassis-and-slurm", chassis},
        {"cap-obeyed", caps},
    };
    return checks;
}

}  // namespace frugald::doctor
