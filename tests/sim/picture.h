#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "daemon/core/scheduler_view.h"

namespace frugald::sim {

/// Pictures of 300 nodes for the price of the changes: a picture that nobody looks at any more is
/// brought up to date and handed out again.
class Pictures {
public:
    struct Kept {
        std::shared_ptr<SchedulerView> view;
        std::size_t seen = 0;  // how much of the log is in it
        bool whole = false;
        std::uint64_t jobs = 0;  // which version of the list of jobs
    };

    void change(std::size_t node) { log_.push_back(node); }

    /// `describe(view, node)` writes one node into the view. The list of jobs is the caller's.
    template <class Describe>
    Kept& next(std::size_t nodes, const Describe& describe);

private:
    Kept& unused();

    std::vector<std::size_t> log_;
    std::vector<Kept> kept_;
};

inline Pictures::Kept& Pictures::unused() {
    for (auto& kept : kept_)
        if (kept.view.use_count() == 1) return kept;
    return kept_.emplace_back(Kept{std::make_shared<SchedulerView>()});
}

template <class Describe>
Pictures::Kept& Pictures::next(std::size_t nodes, const Describe& describe) {
    Kept& kept = unused();
    if (!kept.whole)
        for (std::size_t i = 0; i < nodes; ++i) describe(*kept.view, i);
    else
        for (std::size_t at = kept.seen; at < log_.size(); ++at) describe(*kept.view, log_[at]);
    kept.whole = true;
    kept.seen = log_.size();
    return kept;
}

}  // namespace frugald::sim
