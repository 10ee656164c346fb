#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace frugald::bench {

/// One figure: "ipmi.poll.cpu_us_per_reading" 12.9 us over n readings.
struct Figure {
    std::string name;
    double value = 0;
    std::string unit;
    std::uint64_t n = 0;
};
using Report = std::function<void(const Figure&)>;

/// One measurement. `name` is its figure's name, or the common start of several. `run` throws
/// std::runtime_error when it cannot measure.
struct Benchmark {
    const char* name;
    void (*run)(const Report& report);
};

/// CPU time of this process so far, user and system: children are not counted.
inline std::chrono::duration<double> cpu_time() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return std::chrono::duration<double>(seconds(used.ru_utime) + seconds(used.ru_stime));
}

}  // namespace frugald::bench
