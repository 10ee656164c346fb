#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "daemon/core/nodeset.h"

namespace frugald::nodeset {

/// Most nodes of one expression, duplicates counted.
inline constexpr std::uint64_t most_nodes = 65536;
/// Longest name: the limit of the DNS, and of what an expansion may cost.
inline constexpr std::size_t longest_name = 255;
/// Longest number in brackets; shorter than what 64 bits hold.
inline constexpr std::size_t most_digits = 18;

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// "01", but not "0" nor "10".
inline bool is_padded(std::string_view digits) { return digits.size() > 1 && digits[0] == '0'; }

/// `first-last/step`; `width` is how many digits the names have at least.
struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t step = 1;
    std::size_t width = 1;

    std::uint64_t count() const { return (last - first) / step + 1; }
};

/// Text, and the bracket that follows it; `ranges` is empty after the last text.
struct Part {
    std::string_view literal;
    std::vector<Range> ranges;
};

/// One name or pattern between two commas.
struct Item {
    std::vector<Part> parts;
};

/// Checks everything, also the number of nodes and the length of their names, before anything is
/// expanded. The items point into `expression`.
Result<std::vector<Item>> parse(std::string_view expression, NodesetDialect dialect);

}  // namespace frugald::nodeset
