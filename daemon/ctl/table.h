#pragma once

#include <string>
#include <vector>

#include "daemon/ctl/terminal.h"

namespace frugald::ctl {

/// Columns as wide as their widest cell, two spaces apart.
class Table {
public:
    struct Column {
        std::string header;
        bool right = false;  // for numbers
    };
    struct Cell {
        std::string text;
        Color color = Color::none;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    /// One cell per column; control characters are taken out here.
    void add(std::vector<Cell> row);
    void print(const Terminal& terminal, bool header) const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace frugald::ctl
