#include "daemon/telemetry/sums.h"

#include "daemon/core/string_map.h"
#include "daemon/core/tree_picture.h"

namespace frugald {

namespace {

class Sums {
public:
    explicit Sums(WallTime at) : at_(at) {}

    void add(DeviceKind kind, const std::string& device, const TreeSum& sum) {
        if (sum.known == 0) return;
        put(kind, device, Quantity::power_watts, "sum", sum.watts.value);
        put(kind, device, Quantity::coverage_ratio, "sum", 1.0 * sum.known / sum.all);
    }
    void put(DeviceKind kind, const std::string& device, Quantity quantity, const char* source,
             double value) {
        samples_.push_back({.at = at_,
                            .kind = kind,
                            .device = device,
                            .quantity = quantity,
                            .source = source,
                            .value = value});
    }
    std::vector<Sample> take() { return std::move(samples_); }

private:
    WallTime at_;
    std::vector<Sample> samples_;
};

void count(TreeSum& sum, const Node& node) {
    ++sum.all;
    if (!node.power || node.power->quality != Quality::good) return;
    ++sum.known;
    sum.watts += Watts{node.power->value};
}

}  // namespace

std::vector<Sample> sums_of(const Snapshot& picture) {
    TreeSum cluster;
    StringMap<TreeSum> partitions;
    for (const auto& [name, node] : picture.nodes) {
        count(cluster, node);
        if (!node.scheduler) continue;
        for (const auto& partition : node.scheduler->partitions) count(partitions[partition], node);
    }
    Sums sums{picture.at.wall};
    sums.add(DeviceKind::cluster, "cluster", cluster);
    for (const auto& [name, sum] : partitions) sums.add(DeviceKind::partition, name, sum);
    if (!picture.tree) return sums.take();
    for (const auto& level : picture.tree->levels) {
        sums.add(DeviceKind::level, level.name, level.nodes);
        if (level.measured)
            sums.put(DeviceKind::level, level.name, Quantity::power_watts, "measured",
                     level.measured->value);
    }
    return sums.take();
}

}  // namespace frugald
