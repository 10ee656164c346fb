#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <unordered_map>

namespace frugald::room {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

/// The room's one thread: descriptors that became readable or writable, and things due at a time.
class Loop {
public:
    using Task = std::function<void()>;

    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Calls `readable` whenever there is something to read; until `forget`, which must come
    /// before the descriptor is closed. A call from inside `readable` for its own fd is fine.
    void watch(int fd, Task readable);
    void forget(int fd);
    void at(TimePoint when, Task task);
    void in(std::chrono::duration<double> delay, Task task);

    /// Taken once per turn.
    TimePoint now() const { return now_; }

    /// Until `stop`.
    void run();
    /// The one call that other threads and signal handlers may make.
    void stop();

private:
    int wait_time() const;
    void run_due();

    int epoll_ = -1;
    int wake_ = -1;
    bool stopped_ = false;
    TimePoint now_ = Clock::now();
    std::unordered_map<int, Task> watched_;
    std::multimap<TimePoint, Task> timers_;
};

}  // namespace frugald::room
