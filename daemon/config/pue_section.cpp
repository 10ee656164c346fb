#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/config/section_readers.h"

namespace frugald::sections {

namespace {

using namespace std::chrono_literals;

/// A source counts once, on one side.
void demand_distinct(SettingsReader& part, const PueSettings& read) {
    std::set<std::string> seen;
    const std::pair<const char*, const std::vector<std::string>*> lists[] = {
        {"facility", &read.facility}, {"subtract", &read.subtract}, {"it", &read.it}};
    for (const auto& [key, names] : lists)
        for (const auto& name : *names) {
            if (!seen.insert(name).second) part.mistake(key, name + " is there twice");
            if (name == PueSettings::nodes && names != &read.it)
                part.mistake(key, "\"nodes\" may stand only in it");
        }
}

void read_accuracy(SettingsReader& part, PueSettings& to) {
    SettingsReader table{part.table("accuracy_percent")};
    for (const auto& entry : table.free_entries()) {
        const bool known = std::ranges::find(to.facility, entry.key) != to.facility.end() ||
                           std::ranges::find(to.subtract, entry.key) != to.subtract.end() ||
                           std::ranges::find(to.it, entry.key) != to.it.end();
        if (!known) table.mistake(entry.key, "is in none of facility, subtract and it");
        to.accuracy_percent[entry.key] = table.number(entry.key, 1, {0, 100});
    }
    part.adopt(table.finish());
}

}  // namespace

void read_pue(SettingsReader& part, std::optional<PueSettings>& to) {
    PueSettings read;
    read.facility = part.texts("facility");
    read.subtract = part.texts("subtract");
    read.it = part.texts("it");
    read.category = part.choice("category", "", {"", "PUE1", "PUE2", "PUE3"});
    read.window = part.duration("window_s", read.window, 10s, 1h);
    read_accuracy(part, read);
    const bool given = part.has("facility") || part.has("subtract") || part.has("it") ||
                       part.has("category") || part.has("window_s") || part.has("accuracy_percent");
    if (!given) return;
    if (read.facility.empty())
        part.mistake("facility", "must name the meters of everything that comes in");
    if (read.it.empty()) part.mistake("it", "must name meters or PDUs, or be [\"nodes\"]");
    demand_distinct(part, read);
    to = std::move(read);
}

}  // namespace frugald::sections
