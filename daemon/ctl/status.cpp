#include <fmt/format.h>

#include "daemon/ctl/pue.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

namespace {

std::string watts(const Json& value) {
    if (!value.is_number()) return "? W";
    const double number = value.get<double>();
    return number < 10000 ? fmt::format("{:.0f} W", number)
                          : fmt::format("{:.1f} kW", number / 1000);
}

/// "40 on, 20 off"
std::string counts(const Json& object) {
    std::string text;
    for (const auto& [name, count] : object.items())
        append(text, ", ", fmt::format("{} {}", count.get<std::size_t>(), name));
    return text;
}

void line(const Terminal& terminal, const char* label, const std::string& text) {
    terminal.out << fmt::format("{:<8} {}\n", label, plain(text));
}

void warn(const Terminal& terminal, const std::string& text) {
    terminal.out << paint(terminal, Color::bad, plain(text)) << '\n';
}

void show_scheduler(const Terminal& terminal, const Json& status) {
    const Json& slurm = status.at("scheduler");
    if (slurm.at("age_s").is_null())
        line(terminal, "slurm", "not read");
    else
        line(terminal, "slurm",
             fmt::format("{}, read {} ago: {}", text(slurm.at("version")),
                         short_age(slurm.at("age_s").get<double>()),
                         counts(status.at("nodes").at("scheduler_states"))));
}

void show_pue(const Terminal& terminal, const Json& status) {
    const Json& pue = status.at("pue");
    if (pue.is_null()) return;
    const Json& live = pue.at("live");
    const Json& category = pue.at("category");
    auto shown = fmt::format("{} in the last {}, {} today; {}", pue_text(live),
                             short_age(pue.at("window_s").get<double>()), pue_text(pue.at("day")),
                             category.is_null() ? "category not known" : text(category));
    if (!live.at("note").is_null()) shown += "; " + text(live.at("note"));
    line(terminal, "PUE", shown);
}

void show_warnings(const Terminal& terminal, const Json& status) {
    if (const Json& hold = status.at("hold"); !hold.is_null())
        warn(terminal, "HOLD     " + hold.get<std::string>());
    if (const Json& failure = status.at("scheduler").at("failure"); !failure.is_null())
        warn(terminal, "slurm    " + failure.get<std::string>());
    if (const Json& failure = status.at("store_failure"); !failure.is_null())
        warn(terminal, "store    " + failure.get<std::string>());
    if (const Json& damage = status.at("store_damage"); !damage.is_null())
        warn(terminal, "store    WAS DAMAGED: " + damage.get<std::string>());
    if (!status.at("last_reload_successful").get<bool>())
        warn(terminal,
             "config   the last reload failed, the previous configuration is in use; see "
             "journalctl -u frugald");
    for (const Json& module : status.at("modules"))
        if (!module.at("loaded").get<bool>())
            warn(terminal,
                 fmt::format("plugin   {} is not loaded: {}", module.at("name").get<std::string>(),
                             module.at("detail").get<std::string>()));
}

}  // namespace

int show_status(const Terminal& terminal, const Daemon& daemon) {
    const auto status = daemon.get("/api/v1/status");
    if (!status) return report(terminal, status.error());
    if (terminal.json) {
        terminal.out << status->dump() << '\n';
        return exit_ok;
    }
    const Json& nodes = status->at("nodes");
    terminal.out << fmt::format(
        "frugald {}, mode {}, up {}, as of {}\n", status->at("version").get<std::string>(),
        status->at("mode").get<std::string>(), short_age(status->at("uptime_s").get<double>()),
        local_time(status->at("at").get<std::string>()));
    line(terminal, "power",
         fmt::format("{} drawn by {} of {} nodes", watts(status->at("cluster_power_watts")),
                     status->at("nodes_measured").dump(), nodes.at("total").dump()));
    line(terminal, "chassis", counts(nodes.at("chassis")));
    line(terminal, "nodes",
         fmt::format("{} with a BMC ({} unreachable), {} managed, {} held, {} capped, {} in action",
                     nodes.at("with_bmc").dump(), nodes.at("unreachable").dump(),
                     nodes.at("managed").dump(), nodes.at("held").dump(), nodes.at("capped").dump(),
                     nodes.at("in_action").dump()));
    show_scheduler(terminal, *status);
    const Json& devices = status->at("devices");
    line(terminal, "devices",
         fmt::format("{} PDUs and meters ({} unreachable)", devices.at("total").dump(),
                     devices.at("unreachable").dump()));
    show_pue(terminal, *status);
    show_warnings(terminal, *status);
    return exit_ok;
}

}  // namespace frugald::ctl
