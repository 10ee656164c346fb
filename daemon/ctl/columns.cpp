#include "daemon/ctl/columns.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald::ctl {

namespace {

using Cell = Table::Cell;

std::string number(const Json& value) {
    return value.is_number() ? fmt::format("{:.0f}", value.get<double>()) : "?";
}

Cell state(const Json& node) {
    const Json& slurm = node.at("scheduler");
    if (slurm.is_null()) return {"?"};
    const std::string shown = text(slurm.at("state_text"));
    return {shown.empty() ? text(slurm.at("state")) : shown};
}

Cell chassis(const Json& node) {
    const std::string is = text(node.at("chassis"));
    if (is == "on") return {is, Color::good};
    if (is == "off") return {is, Color::dim};
    return {"?", Color::warning};
}

Cell age(const Json& node) {
    const Json& power = node.at("power");
    if (power.is_null()) return {"?"};
    return {short_age(power.at("age_s").get<double>()), has_power(node) ? Color::none : Color::bad};
}

Cell cap(const Json& node) {
    const Json& cap = node.at("cap");
    return {!cap.is_null() && cap.at("active").get<bool>() ? number(cap.at("limit_watts")) : "-"};
}

Cell note(const Json& node) {
    std::string note;
    const auto add = [&note](std::string_view part) { append(note, "; ", part); };
    if (const Json& intent = node.at("intent"); !intent.is_null())
        add(fmt::format("{} {}", text(intent.at("what")), text(intent.at("stage"))));
    if (const Json& hold = node.at("hold"); !hold.is_null())
        add(fmt::format("held: {}", text(hold.at("reason"))));
    const std::string failure = text(node.at("failure"));
    if (!failure.empty()) add(failure);
    const Json& slurm = node.at("scheduler");
    if (!slurm.is_null() && slurm.at("reason").is_string()) add(text(slurm.at("reason")));
    return {note, failure.empty() ? Color::none : Color::bad};
}

Cell partitions(const Json& node) {
    const Json& slurm = node.at("scheduler");
    if (slurm.is_null()) return {"?"};
    std::string names;
    for (const Json& name : slurm.at("partitions")) append(names, ",", text(name));
    return {names};
}

constexpr std::size_t usual_columns = 9;

const std::vector<NodeColumn>& all_columns() {
    static const std::vector<NodeColumn> all{
        {"node", "NODE", false, [](const Json& n) { return Cell{text(n.at("node"))}; }},
        {"state", "STATE", false, state},
        {"chassis", "CHASSIS", false, chassis},
        {"watts", "POWER(W)", true,
         [](const Json& n) {
             if (!has_power(n)) return Cell{"?"};
             return Cell{number(n.at("power").at("watts")),
                         is_measured(n) ? Color::none : Color::warning};
         }},
        {"age", "AGE", true, age},
        {"source", "SOURCE", false,
         [](const Json& n) {
             return Cell{n.at("power").is_null() ? "?" : text(n.at("power").at("source"))};
         }},
        {"cap", "CAP(W)", true, cap},
        {"temp", "TEMP(C)", true,
         [](const Json& n) { return Cell{number(n.at("hottest_celsius"))}; }},
        {"note", "NOTE", false, note},
        {"partition", "PARTITION", false, partitions},
        {"managed", "MANAGED", false,
         [](const Json& n) { return Cell{n.at("managed").get<bool>() ? "yes" : "no"}; }},
        {"energy", "ENERGY(kWh)", true,
         [](const Json& n) {
             const Json& joules = n.at("energy_joules");
             return Cell{joules.is_null() ? "?"
                                          : fmt::format("{:.2f}", joules.get<double>() / 3.6e6)};
         }},
        {"idle", "IDLE", true,
         [](const Json& n) {
             const Json& idle = n.at("idle_s");
             return Cell{idle.is_null() ? "-" : short_age(idle.get<double>())};
         }},
    };
    return all;
}

}  // namespace

bool has_power(const Json& node) {
    const Json& power = node.at("power");
    return !power.is_null() && power.at("quality") != "stale";
}

bool is_measured(const Json& node) {
    return has_power(node) && node.at("power").at("quality") == "good";
}

Attempt<std::vector<const NodeColumn*>> choose_columns(const std::string& columns) {
    std::vector<const NodeColumn*> chosen;
    if (columns.empty())
        for (std::size_t i = 0; i < usual_columns; ++i) chosen.push_back(&all_columns()[i]);
    for (std::size_t at = 0; at < columns.size();) {
        const std::size_t end = std::min(columns.find(',', at), columns.size());
        const std::string name = columns.substr(at, end - at);
        const auto found = std::ranges::find_if(
            all_columns(), [&](const NodeColumn& column) { return column.name == name; });
        if (found == all_columns().end())
            return tl::unexpected(Failure{
                exit_usage, fmt::format("no column '{}'; there are {}", name, column_names())});
        chosen.push_back(&*found);
        at = end + 1;
    }
    return chosen;
}

std::string column_names() {
    std::string names;
    for (const NodeColumn& column : all_columns()) append(names, ",", column.name);
    return names;
}

}  // namespace frugald::ctl
