#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/engine/journal.h"

namespace frugald {

/// What frugald may do by itself: the configuration's modes, what was set by hand since
/// (`frugalctl mode`, survives restarts), and frugald's own demotion, which only people end.
class Modes {
public:
    static constexpr const char* space = "mode";

    Modes(const Config& config, Journal& journal) : config_(config), journal_(journal) {}

    void load(const std::vector<std::pair<std::string, std::string>>& kept);

    Mode of(const std::vector<std::string>& partitions, ActionClass action) const {
        return mode_for(rules_, partitions, action);
    }
    /// Of everything, for people: "guarded", "guarded (off: advise, gpu: observe)".
    std::string describe() const;
    /// After a reload of the configuration.
    void configured();

    /// By hand; ends a demotion. A rule for everything replaces all others, the configuration's
    /// too: `mode observe` is a kill switch.
    void set(const ModeRule& rule, const std::string& by, const std::string& why);
    /// Back to the configuration.
    void reset(const std::string& by, const std::string& why);

    /// Not empty: why frugald does no more by itself than wake nodes up.
    const std::string& demoted() const { return demoted_; }
    void demote(const std::string& why);

    /// The store was damaged, and what it says may be wrong: observe, whatever was set before,
    /// until a person sets a mode.
    void distrust(const std::string& why);
    /// Not empty: why, from `distrust` until then.
    const std::string& distrusted() const { return distrusted_; }

private:
    void end_doubts();
    void announce(const std::string& text);

    const Config& config_;
    Journal& journal_;
    std::vector<ModeRule> by_hand_;
    std::vector<ModeRule> rules_;
    std::string demoted_, distrusted_;
};

/// Counts what should not happen often, and says when it did (safety.md, Modes: demotion).
class Doubts {
public:
    struct Limit {
        unsigned count = 0;
        std::chrono::minutes within{0};
    };
    /// So many refusals of N1, N2 or N9: what we know is not what is.
    static constexpr Limit refusals{20, std::chrono::minutes{10}};
    static constexpr Limit failed_resumes{3, std::chrono::minutes{60}};
    static constexpr Limit starts{10, std::chrono::minutes{30}};

    /// Another one; not empty when that is one too many. Then it counts from zero again.
    std::string refused(SteadyTime at) { return count(refused_, refusals, at, "refusals"); }
    std::string resume_failed(SteadyTime at) {
        return count(failed_, failed_resumes, at, "failed resumes");
    }

private:
    static std::string count(std::deque<SteadyTime>& seen, Limit limit, SteadyTime at,
                             const char* what);
    std::deque<SteadyTime> refused_, failed_;
};

}  // namespace frugald
