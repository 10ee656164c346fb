#include "daemon/engine/reach_log.h"

#include <fmt/format.h>

#include "daemon/core/nodeset.h"

namespace frugald {

namespace {

/// A line of the journal, not a book: names without a pattern do not fold.
std::string names(const std::vector<std::string>& devices) {
    constexpr std::size_t longest = 500;
    std::string folded = fold_nodeset(devices);
    if (folded.size() <= longest) return folded;
    folded.resize(folded.rfind(',', longest) + 1);
    return folded + " ... (frugalctl nodes shows all)";
}

}  // namespace

std::vector<ReachLog::Line> ReachLog::take(const std::vector<ReachChange>& changes,
                                           SteadyTime now) {
    std::vector<Line> lines;
    if (now - begin_ >= window) {
        write_together(lines);
        begin_ = now;
        singles_ = 0;
        together_ = !lines.empty();
    }
    const bool few = lost_.empty() && back_.empty() && singles_ + changes.size() <= single_lines;
    for (const auto& change : changes) {
        const bool lost = !change.failure.empty();
        if (few) {
            ++singles_;
            lines.push_back({lost, lost ? change.failure : change.device + ": answers again"});
        } else {
            (lost ? lost_ : back_).push_back(change.device);
        }
    }
    if (!together_) write_together(lines);
    return lines;
}

void ReachLog::write_together(std::vector<Line>& lines) {
    const char* const more =
        singles_ > 0 || together_ ? "... and {} more devices {}: {}" : "{} devices {}: {}";
    const auto write = [&](bool warning, std::vector<std::string>& devices, const char* what) {
        if (devices.empty()) return;
        together_ = true;
        lines.push_back(
            {warning, fmt::format(fmt::runtime(more), devices.size(), what, names(devices))});
        devices.clear();
    };
    write(true, lost_, "do not answer");
    write(false, back_, "answer again");
}

}  // namespace frugald
