#include "daemon/export/families.h"

#include <fmt/format.h>

#include "daemon/core/utf8.h"

namespace frugald::metrics {

Family::Family(std::string name, const char* help, prometheus::MetricType type) {
    family_.name = std::move(name);
    family_.help = help;
    family_.type = type;
}

void Family::add(std::initializer_list<Label> labels, double value) {
    prometheus::ClientMetric& metric = family_.metric.emplace_back();
    metric.label.reserve(labels.size());
    for (const Label& label : labels) metric.label.push_back({label.name, valid_utf8(label.value)});
    if (family_.type == prometheus::MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
}

void Family::add(const DurationHistogram& durations) {
    prometheus::ClientMetric::Histogram& histogram = family_.metric.emplace_back().histogram;
    histogram.sample_count = durations.count;
    histogram.sample_sum = durations.sum_s;
    for (std::size_t i = 0; i < durations.buckets.size(); ++i)
        histogram.bucket.push_back({durations.buckets[i], DurationHistogram::bounds_s[i]});
}

void Family::move_into(Families& families) {
    if (!family_.metric.empty()) families.push_back(std::move(family_));
}

bool is_current(const Measurement& measured) {
    return measured.quality == Quality::good || measured.quality == Quality::estimated;
}

std::string distinct_name(const std::vector<PartMeasurement>& parts, std::size_t index) {
    const PartMeasurement& part = parts[index];
    std::size_t earlier = 0;
    for (std::size_t i = 0; i < index; ++i)
        if (parts[i].part == part.part && parts[i].quantity == part.quantity &&
            parts[i].name == part.name)
            ++earlier;
    return earlier == 0 ? part.name : fmt::format("{} #{}", part.name, earlier + 1);
}

}  // namespace frugald::metrics
