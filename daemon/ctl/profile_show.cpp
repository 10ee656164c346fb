#include <fmt/format.h>

#include "daemon/ctl/profile.h"
#include "daemon/ctl/table.h"

namespace frugald::ctl {

namespace {

/// "W" and the factor from the base unit to what people read.
std::pair<const char*, double> unit_of(const std::string& quantity) {
    if (quantity == "power_watts") return {"W", 1};
    if (quantity == "voltage_volts") return {"V", 1};
    if (quantity == "energy_joules") return {"kWh", 1 / 3.6e6};
    return {"A", 1};
}

std::string what_of(const std::string& quantity) { return quantity.substr(0, quantity.find('_')); }

void show_readings(const Terminal& terminal, const Json& readings) {
    Table table{{{"PART"}, {"NAME"}, {"WHAT"}, {"VALUE", true}, {"UNIT"}, {"OID"}}};
    for (const auto& reading : readings) {
        const auto quantity = text(reading.at("quantity"));
        const auto [unit, factor] = unit_of(quantity);
        table.add({{text(reading.at("part"))},
                   {text(reading.at("name"))},
                   {what_of(quantity)},
                   {fmt::format("{:.10g}", reading.at("value").get<double>() * factor)},
                   {unit},
                   {reading.at("oid").is_null() ? "-" : text(reading.at("oid"))}});
    }
    table.print(terminal, true);
}

void show_checks(const Terminal& terminal, const Json& checks, bool also_good) {
    for (const auto& check : checks) {
        const bool good = check.at("good").get<bool>();
        if (good && !also_good) continue;
        terminal.out << "  "
                     << paint(terminal, good ? Color::good : Color::bad, good ? "ok" : "doubtful")
                     << "  " << text(check.at("name")) << ": " << plain(text(check.at("text")))
                     << '\n';
    }
}

void show_notes(const Terminal& terminal, const Json& notes, Color color, const char* word) {
    for (const auto& note : notes)
        terminal.out << fmt::format("  {}  {} {}: expected {:.9g}, {}\n",
                                    paint(terminal, color, word), text(note.at("kind")),
                                    text(note.at("oid")), note.at("expected").get<double>(),
                                    plain(text(note.at("text"))));
}

/// "power 5/5, current 3/4"
std::string counts_of(const Json& sensors) {
    std::string counts;
    for (const auto& [kind, count] : sensors.items())
        append(counts, ", ",
               fmt::format("{} {}/{}", kind, count.at("matched").get<int>(),
                           count.at("total").get<int>()));
    return counts.empty() ? "nothing to compare" : counts;
}

std::string file_of(const Json& result) {
    return result.contains("file") ? plain(text(result.at("file"))) : "";
}

bool show_error(const Terminal& terminal, const std::string& what, const Json& result) {
    if (!result.contains("error")) return false;
    terminal.err << "frugalctl: " << what << (what.empty() ? "" : ": ")
                 << plain(text(result.at("error"))) << '\n';
    return true;
}

}  // namespace

void show_check(const Terminal& terminal, const Json& file) {
    if (file.at("good").get<bool>()) {
        terminal.out << fmt::format("{}: right, {} tables: {}\n", file_of(file),
                                    file.at("tables").get<int>(), plain(text(file.at("summary"))));
        return;
    }
    for (const auto& mistake : file.at("mistakes")) terminal.err << plain(text(mistake)) << '\n';
}

void show_test(const Terminal& terminal, const Json& file, bool verbose) {
    if (show_error(terminal, file_of(file), file)) return;
    terminal.out << fmt::format("{}: {}, {} readings", file_of(file), text(file.at("profile")),
                                file.at("readings").size());
    if (file.contains("sensors")) {
        terminal.out << "; " << counts_of(file.at("sensors"));
        if (!file.at("excepted").empty())
            terminal.out << fmt::format("; {} excepted", file.at("excepted").size());
    }
    terminal.out << '\n';
    if (verbose) show_readings(terminal, file.at("readings"));
    if (file.contains("wrong")) show_notes(terminal, file.at("wrong"), Color::bad, "wrong");
    if (verbose && file.contains("excepted"))
        show_notes(terminal, file.at("excepted"), Color::dim, "excepted");
    show_checks(terminal, file.at("checks"), verbose);
}

void show_device(const Terminal& terminal, const Json& device) {
    if (show_error(terminal, "", device)) return;
    terminal.out << fmt::format("{}: profile {}, {} readings in {:.2f} s\n",
                                plain(text(device.at("host"))), text(device.at("profile")),
                                device.at("readings").size(), device.at("took_s").get<double>());
    show_readings(terminal, device.at("readings"));
    show_checks(terminal, device.at("checks"), true);
}

}  // namespace frugald::ctl
