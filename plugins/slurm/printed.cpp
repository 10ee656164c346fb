#include "plugins/slurm/printed.h"

#include <algorithm>
#include <array>
#include <vector>

namespace frugald::slurm {

namespace {

constexpr std::size_t lines_kept = 2, longest_line = 200;

std::string_view without_prefixes(std::string_view line) {
    static constexpr std::array<std::string_view, 3> prefixes{
        "frugald-slurm: ", "error: ", "fatal: "};
    for (const auto prefix : prefixes)
        if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
    return line.substr(0, longest_line);
}

}  // namespace

std::string last_words(std::string_view printed) {
    std::vector<std::string_view> lines;
    while (!printed.empty()) {
        const auto end = std::min(printed.find('\n'), printed.size());
        const auto line = without_prefixes(printed.substr(0, end));
        printed.remove_prefix(std::min(end + 1, printed.size()));
        if (line.empty()) continue;
        std::erase(lines, line);
        lines.push_back(line);
    }
    std::string words;
    for (std::size_t i = lines.size() - std::min(lines.size(), lines_kept); i < lines.size(); ++i)
        words += (words.empty() ? "" : "; ") + std::string{lines[i]};
    return words;
}

}  // namespace frugald::slurm
