#include "daemon/config/tree_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

namespace frugald {

namespace {

constexpr std::size_t longest_file = 64 << 20;
constexpr std::array<std::string_view, 7> numbers{
    "rating_watts",  "rating_amperes",   "volts", "derating", "budget_watts",
    "reserve_watts", "start_interval_ms"};

struct Cell {
    std::string text;
    unsigned column = 1;
};

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return std::string{text.substr(first, text.find_last_not_of(" \t") - first + 1)};
}

/// A cell may stand in quotes, with "" for one of them. Absent: a quote is not closed, or
/// something follows it.
std::optional<std::vector<Cell>> split(std::string_view line) {
    std::vector<Cell> cells;
    std::size_t at = 0;
    for (;;) {
        Cell cell{{}, static_cast<unsigned>(at + 1)};
        if (at < line.size() && line[at] == '"') {
            for (++at;; ++at) {
                if (at >= line.size()) return std::nullopt;
                if (line[at] == '"' && (at + 1 >= line.size() || line[at + 1] != '"')) break;
                if (line[at] == '"') ++at;
                cell.text += line[at];
            }
            if (++at < line.size() && line[at] != ',') return std::nullopt;
        } else {
            const auto end = std::min(line.find(',', at), line.size());
            cell.text = trimmed(line.substr(at, end - at));
            at = end;
        }
        cells.push_back(std::move(cell));
        if (at >= line.size()) return cells;
        ++at;
    }
}

/// What is no number stays a text, and is refused with the key's name by who reads it.
SettingsValue value_of(const std::string& key, const Cell& cell, const Place& place) {
    const char* const end = cell.text.data() + cell.text.size();
    if (std::ranges::find(numbers, key) != numbers.end()) {
        double number = 0;
        const auto [stop, error] = std::from_chars(cell.text.data(), end, number);
        if (error == std::errc{} && stop == end) return {number, place};
    }
    if (key == "phases") {
        std::int64_t number = 0;
        const auto [stop, error] = std::from_chars(cell.text.data(), end, number);
        if (error == std::errc{} && stop == end) return {number, place};
    }
    const bool yes_or_no = key == "derated" || key == "complete";
    if (yes_or_no && (cell.text == "true" || cell.text == "false"))
        return {cell.text == "true", place};
    return {cell.text, place};
}

class TreeFile {
public:
    explicit TreeFile(const std::filesystem::path& file) : file_(file.string()) {}

    void take(std::string_view line) {
        ++line_;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (trimmed(line).empty() || line.starts_with('#')) return;
        const auto cells = split(line);
        if (!cells) return complain(1, "a quote that is opened must be closed before a comma");
        if (header_.empty())
            read_header(*cells);
        else if (cells->size() != header_.size())
            complain(1, fmt::format("{} cells, but the first line names {} columns", cells->size(),
                                    header_.size()));
        else
            read_row(*cells);
    }
    void complain(unsigned column, std::string_view text) {
        mistakes_.push_back(fmt::format("{}:{}:{}: {}", file_, line_, column, text));
    }
    Result<std::vector<Settings>> finish() {
        if (header_.empty()) complain(1, "no line names the columns");
        if (mistakes_.empty()) return std::move(rows_);
        return fail(Fault::invalid, fmt::format("{}", fmt::join(mistakes_, "\n")));
    }

private:
    void read_header(const std::vector<Cell>& cells) {
        for (const auto& cell : cells) {
            const std::string key = cell.text == "feed"   ? "name"
                                    : cell.text == "node" ? "nodes"
                                                          : cell.text;
            if (std::ranges::find(header_, key) != header_.end())
                complain(cell.column, fmt::format("the column '{}' is there twice", cell.text));
            header_.push_back(key);
        }
    }
    void read_row(const std::vector<Cell>& cells) {
        Settings row;
        row.path = "feed";
        row.place = {file_, line_, 1};
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (cells[i].text.empty()) continue;
            const Place place{file_, line_, cells[i].column};
            row.entries.push_back({header_[i], place, value_of(header_[i], cells[i], place)});
        }
        rows_.push_back(std::move(row));
    }

    std::string file_;
    unsigned line_ = 0;
    std::vector<std::string> header_;
    std::vector<Settings> rows_;
    std::vector<std::string> mistakes_;
};

}  // namespace

Result<std::vector<Settings>> read_tree_file(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) return fail(Fault::invalid, fmt::format("{}: {}", file.string(), error.message()));
    if (size > longest_file)
        return fail(Fault::invalid, fmt::format("{}: more than 64 MiB", file.string()));
    std::ifstream in{file};
    TreeFile tree{file};
    std::string line;
    while (std::getline(in, line)) tree.take(line);
    if (in.bad()) tree.complain(1, "could not be read");
    return tree.finish();
}

}  // namespace frugald
