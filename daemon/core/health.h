#pragma once

#include <algorithm>

namespace frugald {

/// Turns a stream of outcomes into the two moments worth a log line, and into the next delay.
class Health {
public:
    enum class Change { none, failed, recovered };

    Change record(bool ok) {
        const bool was_ok = failures_ == 0;
        failures_ = ok ? 0 : failures_ + 1;
        if (ok == was_ok) return Change::none;
        return ok ? Change::recovered : Change::failed;
    }
    int failures() const { return failures_; }
    /// 1, 2, 4 ... 32: how much slower than usual to ask again.
    int slowdown() const { return 1 << std::min(failures_, 5); }

private:
    int failures_ = 0;
};

}  // namespace frugald
