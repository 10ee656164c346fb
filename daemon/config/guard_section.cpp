#include <algorithm>
#include <array>

#include "daemon/config/section_readers.h"

namespace frugald::sections {

namespace {

using namespace std::chrono_literals;

constexpr std::array classes{ActionClass::off, ActionClass::on, ActionClass::cap,
                             ActionClass::uncap, ActionClass::repair};
constexpr Bounds any_count{0, 65536};

std::optional<Mode> mode(SettingsReader& part, std::string_view key) {
    const bool given = part.has(key);
    const auto word = part.choice(key, "observe", {"observe", "advise", "guarded", "enforce"});
    return given ? mode_named(word) : std::nullopt;
}

void read_action_modes(SettingsReader& part, const std::string& partition,
                       std::vector<ModeRule>& to) {
    for (const auto action : classes)
        if (const auto its = mode(part, to_string(action)); its)
            to.push_back({partition, action, *its});
}

void read_partition(SettingsReader& part, std::vector<ModeRule>& to) {
    const auto name = part.required_text("name");
    if (const auto its = mode(part, "mode"); its) to.push_back({name, std::nullopt, *its});
    read_action_modes(part, name, to);
}

std::optional<unsigned> limit(SettingsReader& part, std::string_view key,
                              std::optional<unsigned> otherwise = {}) {
    if (!part.has(key)) return otherwise;
    return count(part, key, 0, any_count);
}

void read_budget(SettingsReader& part, std::vector<BudgetConfig>& to) {
    BudgetConfig budget;
    budget.name = part.required_text("name");
    budget.nodes = part.nodes("nodes");
    if (budget.nodes.empty()) part.mistake("nodes", "must name at least one node");
    budget.offs_per_10_minutes = limit(part, "offs_per_10_minutes");
    budget.offs_per_day = limit(part, "offs_per_day");
    budget.cycles_per_node_day = limit(part, "cycles_per_node_day");
    budget.warm_pool = limit(part, "warm_pool");
    to.push_back(std::move(budget));
}

/// "20:00" in minutes after midnight; "24:00" is allowed.
std::chrono::minutes time_of_day(SettingsReader& part, std::string_view key,
                                 std::string_view otherwise) {
    const auto text = part.text(key, otherwise);
    const auto digit = [&text](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    const bool shaped =
        text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4);
    const int minutes = shaped ? std::stoi(text.substr(0, 2)) * 60 + std::stoi(text.substr(3)) : -1;
    if (!shaped || minutes > 24 * 60 || text[3] > '5')
        part.mistake(key, "must be a time of the day like \"20:00\"");
    return std::chrono::minutes{std::max(minutes, 0)};
}

void read_window(SettingsReader& part, std::vector<TimeWindow>& to) {
    static const std::vector<std::string> names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    TimeWindow window;
    window.name = part.required_text("name");
    for (const auto& day : part.texts("days")) {
        const auto found = std::ranges::find(names, day);
        if (found == names.end())
            part.mistake("days", "days are sun, mon, tue, wed, thu, fri, sat");
        else
            window.days |= 1u << (found - names.begin());
    }
    if (window.days == 0) window.days = 0x7f;
    window.from = time_of_day(part, "from", "00:00");
    window.to = time_of_day(part, "to", "24:00");
    const auto words = part.texts("actions");
    if (!words.empty()) window.actions.clear();
    for (const auto& word : words) {
        const auto action = action_class_named(word);
        if (action)
            window.actions.push_back(*action);
        else
            part.mistake("actions", "actions are off, on, cap, uncap, repair");
    }
    to.push_back(std::move(window));
}

}  // namespace

void read_guard(SettingsReader& part, GuardConfig& to) {
    to.mode = mode(part, "mode").value_or(Mode::observe);
    to.modes.assign(1, {{}, std::nullopt, to.mode});
    std::vector<std::string> known;
    SettingsReader modes{part.table("modes")};
    read_action_modes(modes, {}, to.modes);
    part.adopt_table(modes);
    tables(part, "partition", to.modes, read_partition, known);
    // N1 and N11 of the safety rules are limits, not defaults.
    to.max_scheduler_age = part.duration("max_scheduler_age_s", to.max_scheduler_age, 1s, 10s);
    to.off_margin = part.duration("off_margin_s", to.off_margin, 1s, 1h);
    to.settle_rounds = count(part, "settle_rounds", to.settle_rounds, {2, 100});
    to.all.offs_per_10_minutes = limit(part, "offs_per_10_minutes");
    to.all.offs_per_day = limit(part, "offs_per_day");
    to.all.cycles_per_node_day = limit(part, "cycles_per_node_day", to.all.cycles_per_node_day);
    to.all.warm_pool = limit(part, "warm_pool");
    tables(part, "budget", to.budgets, read_budget, known);
    to.min_up = whole_seconds(part, "min_up_s", to.min_up, 24h);
    to.min_down = whole_seconds(part, "min_down_s", to.min_down, 24h);
    to.least_fresh_percent = count(part, "least_fresh_percent", to.least_fresh_percent, {80, 100});
    to.failed_boots = count(part, "failed_boots", to.failed_boots, {1, 10});
    tables(part, "window", to.windows, read_window, known);
    part.also_known(known);
}

}  // namespace frugald::sections
