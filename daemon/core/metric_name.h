#pragma once

#include <string>
#include <string_view>

#include "daemon/core/reading.h"

namespace frugald {

/// What a measured series is called in Prometheus (docs/metrics.md). Text is empty where there is
/// none: the cluster has no device label, a device's own total no part label.
struct MetricName {
    std::string_view beginning{}, ending{};  // of the family's name
    std::string_view device_label{};
    std::string_view part_label{};
    bool source_label = false;

    explicit operator bool() const { return !ending.empty(); }
    std::string family() const { return std::string{beginning}.append(ending); }
};

/// False if Prometheus gets no such series.
MetricName metric_name(DeviceKind kind, Quantity quantity, Part part);

/// An outlet's third label: the node it feeds.
inline constexpr std::string_view fed_node_label = "node";

}  // namespace frugald
