#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/scheduler_view.h"
#include "daemon/ports/asio.h"

namespace frugald {

enum class SchedulerCommand {
    power_down_asap,  // no new jobs, off when the last one ends
    power_up,
    drain,
    resume,
};

/// What is to stand in the AdminComment of an ended job's record.
struct JobComment {
    std::uint32_t job = 0;
    WallTime end{};      // of the run that it is about
    std::string text{};  // its first word says whose it is
};

/// The workload manager. Calls never block the loop and end by their own deadline; the manager
/// being away is Fault::timeout or Fault::unavailable, and the caller keeps its last picture.
class Scheduler {
public:
    virtual ~Scheduler() = default;
    /// A fresh picture, at most as old as this call.
    virtual asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> read() = 0;
    /// Accepted proves nothing (facts: three accepted commands are lost): re-read.
    virtual asio::awaitable<Result<void>> command(SchedulerCommand what,
                                                  std::vector<std::string> nodes,
                                                  std::string reason) = 0;
    /// Writes it, over nothing or over what begins with the same word. Fault::unsupported: it
    /// cannot be written for any job; refused: not for this one; invalid: the record is not there
    /// yet.
    virtual asio::awaitable<Result<void>> comment(JobComment what);
};

}  // namespace frugald
