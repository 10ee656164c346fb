#include "daemon/ctl/pue.h"

#include <fmt/format.h>

#include <memory>

#include "daemon/ctl/table.h"

namespace frugald::ctl {

namespace {

struct PueOptions {
    std::string day, month, year;  // at most one; all empty: the overview
};

std::string tenths_of_kilowatt_hours(const Json& joules) {
    return fmt::format("{:.1f}", joules.get<double>() / 3.6e6);
}

void add_row(Table& table, const Json& figure) {
    const bool bad = text(figure.at("state")) == "impossible";
    table.add(
        {{text(figure.at("period"))},
         {figure.at("pue").is_null() ? "?" : fmt::format("{:.3f}", figure.at("pue").get<double>()),
          bad ? Color::bad : Color::none},
         {figure.at("uncertainty").is_null()
              ? "?"
              : fmt::format("{:.3f}", figure.at("uncertainty").get<double>())},
         {fmt::format("{:.1f}%", 100 * figure.at("coverage").get<double>())},
         {tenths_of_kilowatt_hours(figure.at("facility_joules"))},
         {tenths_of_kilowatt_hours(figure.at("subtracted_joules"))},
         {tenths_of_kilowatt_hours(figure.at("it_joules"))},
         {gap_text(figure.at("longest_gap_s"))},
         {text(figure.at("state"))},
         {text(figure.at("note"))}});
}

void show_figures(const Terminal& terminal, const std::vector<const Json*>& figures) {
    Table table{{{"PERIOD"},
                 {"PUE", true},
                 {"+-", true},
                 {"COVERED", true},
                 {"IN(kWh)", true},
                 {"MINUS(kWh)", true},
                 {"IT(kWh)", true},
                 {"GAP", true},
                 {"STATE"},
                 {"NOTE"}}};
    for (const Json* const figure : figures) add_row(table, *figure);
    table.print(terminal, true);
}

void show_sources(const Terminal& terminal, const Json& answer) {
    terminal.out << fmt::format("category {}\n", answer.at("category").is_null()
                                                     ? "?"
                                                     : plain(text(answer.at("category"))));
    Table table{{{"SOURCE"}, {"SIDE"}, {"BY"}, {"POWER(W)", true}, {"TROUBLE"}}};
    for (const Json& source : answer.at("sources")) {
        const Json& watts = source.at("power_watts");
        table.add({{text(source.at("name"))},
                   {text(source.at("side"))},
                   {source.at("how").is_null() ? "?" : text(source.at("how"))},
                   {watts.is_null() ? "?" : fmt::format("{:.0f}", watts.get<double>())},
                   {text(source.at("trouble")), Color::bad}});
    }
    table.print(terminal, true);
}

int show_pue(const Terminal& terminal, const Daemon& daemon, const PueOptions& options) {
    std::string target = "/api/v1/pue";
    if (!options.day.empty()) target += "?day=" + options.day;
    if (!options.month.empty()) target += "?month=" + options.month;
    if (!options.year.empty()) target += "?year=" + options.year;
    const auto answer = daemon.get(target);
    if (!answer) return report(terminal, answer.error());
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return exit_ok;
    }
    std::vector<const Json*> figures;
    for (const char* const list : {"years", "months", "days"})
        if (answer->contains(list))
            for (const Json& figure : answer->at(list)) figures.push_back(&figure);
    for (const char* const one : {"year", "month", "day", "live", "figure"})
        if (answer->contains(one)) figures.push_back(&answer->at(one));
    show_figures(terminal, figures);
    show_sources(terminal, *answer);
    return exit_ok;
}

/// Digits where the shape has them: what goes into the request needs no escaping.
CLI::Validator shaped(std::string shape) {
    const auto check = [shape](const std::string& given) {
        bool fits = given.size() == shape.size();
        for (std::size_t i = 0; fits && i < shape.size(); ++i)
            fits = shape[i] == '-' ? given[i] == '-' : given[i] >= '0' && given[i] <= '9';
        return fits ? std::string{} : "must look like " + shape;
    };
    return {check, shape};
}

}  // namespace

std::string pue_text(const Json& figure) {
    if (figure.at("pue").is_null()) return "?";
    auto shown = fmt::format("{:.2f} +-{:.2f}", figure.at("pue").get<double>(),
                             figure.at("uncertainty").get<double>());
    const auto state = text(figure.at("state"));
    if (state != "complete") shown += fmt::format(" ({})", state);
    return shown;
}

void add_pue(CLI::App& app, Verb& chosen) {
    const auto options = std::make_shared<PueOptions>();
    CLI::App* const pue = app.add_subcommand("pue", "Energy that came in over energy that IT took");
    auto* const day = pue->add_option("--day", options->day, "one day of the last two years")
                          ->check(shaped("2026-11-21"));
    auto* const month = pue->add_option("--month", options->month, "one month, and its days")
                            ->check(shaped("2026-11"));
    auto* const year =
        pue->add_option("--year", options->year, "one year, and its months")->check(shaped("2026"));
    day->excludes(month)->excludes(year);
    month->excludes(year);
    pue->callback([&chosen, options] {
        chosen = [options](const Terminal& terminal, const Daemon& daemon) {
            return show_pue(terminal, daemon, *options);
        };
    });
}

}  // namespace frugald::ctl
