#include "daemon/export/series_text.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "daemon/core/clock.h"
#include "daemon/export/json_values.h"

namespace frugald {

namespace {

using Json = nlohmann::ordered_json;

std::string quoted(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == text.npos) return std::string{text};
    std::string all = "\"";
    for (const char c : text) all += c == '"' ? std::string{"\"\""} : std::string(1, c);
    return all + '"';
}

auto out(std::string& to) { return std::back_inserter(to); }

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

/// A number of the cell that has a meaning only if something was measured.
std::string measured(const SeriesCell& cell, double value, const char* unknown) {
    return cell.samples > 0 ? fmt::format("{}", value) : unknown;
}

}  // namespace

const char* to_string(SeriesFormat format) {
    switch (format) {
        case SeriesFormat::json:
            return "json";
        case SeriesFormat::lines:
            return "ndjson";
        case SeriesFormat::csv:
            return "csv";
    }
    return "unknown";
}

void SeriesText::begin(std::string& to) const {
    const bool raw = resolution_ == Resolution::raw;
    if (format_ == SeriesFormat::csv)
        to += raw ? "time,kind,device,source,quantity,part,name,value\n"
                  : "time,period_s,kind,device,source,quantity,part,name,samples,covered_s,"
                    "joules,resets,min,mean,max\n";
    else
        fmt::format_to(out(to), R"({{"schema":"{}","resolution":"{}"{})", json::schema,
                       to_string(resolution_),
                       format_ == SeriesFormat::json ? R"(,"series":[)" : "}\n");
}

void SeriesText::begin_block(const SeriesName& name, std::int64_t period_ms, std::string& to) {
    if (format_ == SeriesFormat::csv) {
        prefix_.clear();
        if (period_ms > 0) fmt::format_to(out(prefix_), ",{}", seconds(period_ms));
        fmt::format_to(out(prefix_), ",{},{},{},{},{},{}", to_string(name.kind),
                       quoted(name.device), quoted(name.source), to_string(name.quantity),
                       to_string(name.part), quoted(name.part_name));
        return;
    }
    if (format_ == SeriesFormat::json && !std::exchange(first_, false)) to += ",\n";
    Json head{{"kind", to_string(name.kind)},
              {"device", std::string{name.device}},
              {"source", std::string{name.source}},
              {"quantity", to_string(name.quantity)},
              {"part", to_string(name.part)},
              {"name", json::text_or_null(std::string{name.part_name})}};
    if (period_ms > 0) head["period_s"] = seconds(period_ms);
    to += json::dump(head);
    to.back() = ',';
    to += period_ms > 0 ? R"("cells":[)" : R"("points":[)";
}

void SeriesText::end_block(std::string& to) const {
    if (format_ == SeriesFormat::csv) return;
    to.back() = ']';  // instead of the last comma
    to += format_ == SeriesFormat::lines ? "}\n" : "}";
}

void SeriesText::add(const SeriesSamples& block, std::string& to) {
    if (block.values.empty()) return;
    begin_block(block.series, 0, to);
    for (std::size_t i = 0; i < block.values.size(); ++i) {
        const auto at = iso8601(from_unix_ms(block.at_ms[i]));
        if (format_ == SeriesFormat::csv)
            fmt::format_to(out(to), "{}{},{}\n", at, prefix_, block.values[i]);
        else
            fmt::format_to(out(to), R"(["{}",{}],)", at, block.values[i]);
    }
    end_block(to);
}

void SeriesText::add(const SeriesCells& block, std::string& to) {
    if (block.cells.empty()) return;
    begin_block(block.series, block.period_ms, to);
    const bool power = block.series.quantity == Quantity::power_watts ||
                       block.series.quantity == Quantity::energy_joules;
    const bool csv = format_ == SeriesFormat::csv;
    const char* const unknown = csv ? "" : "null";
    for (const auto& cell : block.cells) {
        const auto at = iso8601(from_unix_ms(cell.begin_ms));
        // Nothing is known of the energy of a time that is not covered.
        const bool has_energy = power && cell.covered_ms > 0;
        const auto joules = has_energy ? fmt::format("{}", cell.joules) : unknown;
        const auto numbers =
            fmt::format("{},{},{},{},{},{},{}", cell.samples, seconds(cell.covered_ms), joules,
                        cell.resets, measured(cell, cell.min, unknown),
                        measured(cell, cell.mean, unknown), measured(cell, cell.max, unknown));
        if (csv)
            fmt::format_to(out(to), "{}{},{}\n", at, prefix_, numbers);
        else
            fmt::format_to(out(to), R"(["{}",{}],)", at, numbers);
    }
    end_block(to);
}

void SeriesText::end(const std::vector<std::string>& damage, std::string& to) const {
    if (format_ == SeriesFormat::csv) {
        for (const auto& one : damage) fmt::format_to(out(to), "# damaged: {}\n", one);
        return;
    }
    if (format_ == SeriesFormat::json) to += "],";
    const auto tail = json::dump(Json{{"complete", true}, {"damage", damage}});
    to += format_ == SeriesFormat::json ? tail.substr(1) + "\n" : tail + "\n";
}

}  // namespace frugald
