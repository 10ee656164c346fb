#include "daemon/core/scheduler_view.h"

#include <algorithm>

namespace frugald {

namespace {

const SchedulerPartition* find(const SchedulerView& view, const std::string& name) {
    const auto found = std::ranges::find(view.partitions, name, &SchedulerPartition::name);
    return found == view.partitions.end() ? nullptr : &*found;
}

}  // namespace

std::chrono::seconds SchedulerView::suspend_timeout_of(const SchedulerNode& node) const {
    auto least = suspend_timeout;
    for (const auto& name : node.partitions)
        if (const auto* partition = find(*this, name); partition && partition->suspend_timeout)
            least = std::min(least, *partition->suspend_timeout);
    return least;
}

std::chrono::seconds SchedulerView::resume_timeout_of(const SchedulerNode& node) const {
    auto most = resume_timeout;
    for (const auto& name : node.partitions)
        if (const auto* partition = find(*this, name); partition && partition->resume_timeout)
            most = std::max(most, *partition->resume_timeout);
    return most;
}

}  // namespace frugald
