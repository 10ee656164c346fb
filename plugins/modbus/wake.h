#pragma once

#include <atomic>

#include "daemon/core/clock.h"

namespace frugald::modbus {

/// How other threads reach the one thread of a gateway, which sleeps and waits only in here.
class Wake {
public:
    Wake();
    ~Wake();
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;

    /// From any thread. `stop` ends every wait, now and later; `wake` ends one sleep.
    void stop();
    void wake();
    bool stopped() const { return stopped_; }

    /// False when it has been stopped.
    bool sleep_until(SteadyTime at);
    /// True when `fd` is ready for `events` (poll(2)); false at `deadline` or when stopped.
    bool ready(int fd, short events, SteadyTime deadline);

private:
    int stop_fd_;
    int wake_fd_;
    std::atomic<bool> stopped_ = false;
};

}  // namespace frugald::modbus
