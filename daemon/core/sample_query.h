#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/reading.h"

namespace frugald {

enum class Resolution {
    automatic,  // raw up to 2 days, 5 minutes up to 31, else an hour
    raw,
    five_minutes,  // power and energy only
    hour,
};
const char* to_string(Resolution resolution);
inline constexpr Resolution all_resolutions[] = {Resolution::automatic, Resolution::raw,
                                                 Resolution::five_minutes, Resolution::hour};

/// Which of the stored samples. An empty list means all.
struct SampleQuery {
    std::vector<std::string> devices{};
    std::optional<DeviceKind> kind{};
    std::vector<Quantity> quantities{};
    std::vector<Part> parts{};
    std::vector<std::string> part_names{};
    WallTime from{}, to{};  // `to` is not included
    Resolution resolution = Resolution::automatic;
};

}  // namespace frugald
