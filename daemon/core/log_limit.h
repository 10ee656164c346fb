#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/clock.h"

namespace frugald {

/// Keeps a thousand failing devices from flooding the journal: of each class of lines at most
/// `lines_per_window` in ten seconds pass, of all together eight in a second. What was held back
/// is told by a summary once its ten seconds are over. Pure: the caller brings the time, writes
/// the lines, and sees to it that one thread at a time is here.
class LogLimit {
public:
    static constexpr unsigned lines_per_window = 10;
    static constexpr std::chrono::seconds window{10};
    static constexpr unsigned lines_per_second = 8;
    static constexpr unsigned summaries_per_second = 2;  // beside those

    /// Whether this line may be written; if not, it is remembered for the summary.
    bool admit(int priority, std::string_view line_class, std::string_view line, SteadyTime now);

    struct Summary {
        int priority = 0;
        std::string line;
    };
    /// The summaries that are due; to be asked about once a second.
    std::vector<Summary> due(SteadyTime now);
    /// All of them, before the program ends.
    std::vector<Summary> rest();

private:
    struct Class {
        SteadyTime begin{};
        unsigned lines = 0;
        unsigned held = 0;
        int priority = 0;
        std::string last{};  // of those held back
    };
    bool within_second(SteadyTime now, unsigned most);
    static Summary summary(const Class& one);

    std::map<std::string, Class, std::less<>> classes_;
    SteadyTime second_{};
    unsigned in_second_ = 0;
};

}  // namespace frugald
