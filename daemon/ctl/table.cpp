#include "daemon/ctl/table.h"

#include <algorithm>
#include <cassert>

namespace frugald::ctl {

namespace {

/// Code points; close enough to columns for the names of machines.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

void Table::add(std::vector<Cell> row) {
    assert(row.size() == columns_.size());
    for (Cell& cell : row) cell.text = plain(cell.text);
    rows_.push_back(std::move(row));
}

void Table::print(const Terminal& terminal, bool header) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t widest = header ? width(columns_[i].header) : 0;
        for (const auto& row : rows_) widest = std::max(widest, width(row[i].text));
        widths.push_back(widest);
    }
    const auto print_row = [&](const std::vector<Cell>& row) {
        std::string line;
        std::size_t blanks = 0;  // owed before the next cell that has text, so no line ends in them
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::size_t rest = widths[i] - width(row[i].text);
            if (columns_[i].right) blanks += rest;
            if (!row[i].text.empty()) {
                line += std::string(blanks, ' ') + paint(terminal, row[i].color, row[i].text);
                blanks = 0;
            }
            blanks += columns_[i].right ? 2 : rest + 2;
        }
        terminal.out << line << '\n';
    };
    if (header) {
        std::vector<Cell> names;
        for (const Column& column : columns_) names.push_back({column.header, Color::none});
        print_row(names);
    }
    for (const auto& row : rows_) print_row(row);
}

}  // namespace frugald::ctl
