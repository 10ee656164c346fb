#include <fmt/format.h>

#include "daemon/core/metric_name.h"
#include "daemon/export/families.h"
#include "frugald_version.h"

namespace frugald::metrics {

namespace {

using prometheus::MetricType;

/// The counters, with a zero for what is likely to be counted one day: Prometheus sees no increase
/// in a series that begins with 1.
Counters with_zeros(Counters counters) {
    for (const char* const action : {"on", "off", "soft", "cycle", "cap", "uncap", "suspend",
                                     "wake", "hook-suspend", "hook-resume"})
        for (const char* const result : {"ok", "failed"}) counters.actions[{action, result}];
    for (int rule = 1; rule <= 11; ++rule) counters.guard_refusals[fmt::format("N{}", rule)];
    for (const char* const reason : {"not_a_number", "negative", "sentinel", "absurd",
                                     "zero_while_on", "jump", "deactivated", "timestamp"})
        counters.readings_rejected[reason];
    return counters;
}

void collect_counters(const Counters& counters, Families& families) {
    Family actions{"frugald_actions_total",
                   "Actions on nodes since the start of frugald, by what became of them.",
                   MetricType::Counter};
    for (const auto& [key, count] : counters.actions)
        actions.add({{"action", key.first}, {"result", key.second}}, static_cast<double>(count));
    actions.move_into(families);

    Family refusals{"frugald_guard_refusals_total",
                    "Actions the guard refused since the start of frugald, by rule.",
                    MetricType::Counter};
    for (const auto& [rule, count] : counters.guard_refusals)
        refusals.add({{"rule", rule}}, static_cast<double>(count));
    refusals.move_into(families);

    Family rejected{"frugald_readings_rejected_total",
                    "Readings not used since the start of frugald, by what was wrong with them.",
                    MetricType::Counter};
    for (const auto& [reason, count] : counters.readings_rejected)
        rejected.add({{"reason", reason}}, static_cast<double>(count));
    rejected.move_into(families);

    Family polls{"frugald_poll_duration_seconds",
                 "Time from the first request to the last answer of one poll of one device.",
                 MetricType::Histogram};
    polls.add(counters.poll_duration);
    polls.move_into(families);
}

}  // namespace

void collect_daemon(const Snapshot& now, Families& families) {
    Family cluster{metric_name(DeviceKind::cluster, Quantity::power_watts, Part::total).family(),
                   "Sum of the current node powers; frugald_nodes_measured says of how many."};
    if (now.cluster_power) cluster.add({}, now.cluster_power->value);
    cluster.move_into(families);

    Family measured{"frugald_nodes_measured", "Nodes that frugald_cluster_power_watts covers."};
    measured.add({}, static_cast<double>(now.nodes_measured));
    measured.move_into(families);

    collect_counters(with_zeros(now.counters), families);

    Family mode{"frugald_mode", "1 for the mode frugald is in: what it may do by itself."};
    for (const char* const name : {"observe", "advise", "guarded", "enforce"})
        mode.add({{"mode", name}}, now.mode == name ? 1 : 0);
    mode.move_into(families);

    Family build{"frugald_build_info", "Always 1; the version of frugald is the label."};
    build.add({{"version", FRUGALD_RELEASE}}, 1);
    build.move_into(families);

    Family reload{"frugald_config_last_reload_successful",
                  "1 if the last reading of the configuration succeeded."};
    reload.add({}, now.last_reload_successful ? 1 : 0);
    reload.move_into(families);
}

}  // namespace frugald::metrics
