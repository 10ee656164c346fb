#pragma once

#include <prometheus/metric_family.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/snapshot.h"

namespace frugald::metrics {

using Families = std::vector<prometheus::MetricFamily>;

struct Label {
    const char* name;
    std::string_view value;
};

/// One family under construction. Label values are made valid UTF-8 here, once for all: a single
/// wrong byte in one sensor name would make Prometheus reject the whole scrape.
class Family {
public:
    Family(std::string name, const char* help,
           prometheus::MetricType type = prometheus::MetricType::Gauge);

    void add(std::initializer_list<Label> labels, double value);
    void add(const DurationHistogram& durations);
    /// Hands the family over; one without samples is dropped.
    void move_into(Families& families);

private:
    prometheus::MetricFamily family_;
};

void collect_nodes(const Snapshot& now, Families& families);
void collect_devices(const Snapshot& now, Families& families);
void collect_tree(const Snapshot& now, Families& families);
void collect_scheduler(const Snapshot& now, Families& families);
void collect_pue(const Snapshot& now, Families& families);
void collect_daemon(const Snapshot& now, Families& families);

/// Good enough to be shown as the present value.
bool is_current(const Measurement& measured);

/// The name of `parts[index]`, with " #2" and so on when an earlier part of the same kind and
/// quantity has the same name: BMCs repeat sensor names, label sets must not repeat.
std::string distinct_name(const std::vector<PartMeasurement>& parts, std::size_t index);

}  // namespace frugald::metrics
