#include "tests/sim/history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "daemon/audit/checker.h"

namespace frugald::sim {

namespace {

std::string text_of(const HistoryValue& value) {
    return std::visit(
        [](const auto& one) -> std::string {
            using Value = std::decay_t<decltype(one)>;
            if constexpr (std::is_same_v<Value, std::vector<std::string>>)
                return fmt::format("[{}]", fmt::join(one, ", "));
            else
                return fmt::format("{}", one);
        },
        value);
}

}  // namespace

std::string describe(const HistoryEntry& entry, milliseconds at) {
    const auto ms = at.count();
    std::string line =
        fmt::format("d{} {:02}:{:02}:{:02}.{:03} {:<12} {:<5}", ms / 86400000, ms / 3600000 % 24,
                    ms / 60000 % 60, ms / 1000 % 60, ms % 1000, entry.kind, entry.node);
    for (const auto& [name, value] : entry.fields) line += " " + name + "=" + text_of(value);
    return line;
}

void Chronicle::add(std::string kind, std::string node,
                    std::vector<std::pair<std::string, HistoryValue>> fields) {
    add(HistoryEntry{clock_.now(), std::move(kind), std::move(node), std::move(fields)});
}

void Chronicle::add(HistoryEntry entry) {
    mix_in(std::string_view{reinterpret_cast<const char*>(&entry.at), sizeof entry.at});
    mix_in(entry.kind);
    mix_in(entry.node);
    for (const auto& [name, value] : entry.fields) {
        mix_in(name);
        if (const auto* text = std::get_if<std::string>(&value))
            mix_in(*text);
        else
            mix_in(text_of(value));
    }
    if (trace_) fmt::print("{}\n", describe(entry, clock_.time()));
    auto& record = records_.emplace_back();
    record.line = records_.size();
    record.wall_ms = to_unix_ms(entry.at.wall);
    record.at_ms = record.steady_ms =
        std::chrono::floor<milliseconds>(entry.at.steady.time_since_epoch()).count();
    record.kind = std::move(entry.kind);
    record.node = std::move(entry.node);
    record.fields = std::move(entry.fields);
}

void Chronicle::fail(milliseconds at, std::string rule, std::string text) {
    if (trace_) fmt::print("FAILED {}: {}\n", rule, text);
    failures_.push_back({at, std::move(rule), std::move(text)});
}

void Chronicle::check() {
    audit::History history;
    history.records = std::move(records_);
    // A command is written down before it is sent.
    const auto by_time = [](const audit::Record& one) {
        return std::pair{one.at_ms, one.kind == "world_bmc"};
    };
    std::ranges::stable_sort(history.records, {}, by_time);
    const auto findings = audit::check(history);
    for (const auto& [rule, times] : findings.judged) counts_["judged " + rule] += times;
    const auto begin = history.records.empty() ? 0 : history.records.front().at_ms;
    std::map<std::size_t, std::int64_t> at;
    for (const auto& violation : findings.violations) at[violation.line] = begin;
    for (const auto& record : history.records)
        if (const auto found = at.find(record.line); found != at.end())
            found->second = record.at_ms;
    for (const auto& one : findings.violations)
        fail(milliseconds{at[one.line] - begin}, one.rule, one.node + ": " + one.text);
}

std::uint64_t Chronicle::count_of(const std::string& what) const {
    const auto found = counts_.find(what);
    return found == counts_.end() ? 0 : found->second;
}

void Chronicle::mix_in(std::string_view text) {
    for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash_ = (hash_ ^ 0xffU) * 0x100000001b3U;
}

}  // namespace frugald::sim
