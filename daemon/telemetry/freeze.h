#pragma once

#include <optional>
#include <vector>

#include "daemon/core/snapshot.h"

namespace frugald {

/// Whether a node's total power has stopped being measured: the same number again and again from
/// a running node, while something else of the same node says that its load has changed. An idle
/// node repeats its watts honestly for hours (steps of 4 or 10 W hide its changes), so repetition
/// alone proves nothing. A node that is not on may repeat for ever.
class Freeze {
public:
    void total(double watts, WallTime at, Chassis chassis);
    /// A sensor of the node, by its place in Node::parts. Supplies do not count: they may share
    /// the same load in another way. What follows a change of the total at once does not count
    /// either: heat lags behind watts.
    void part(std::size_t index, const PartMeasurement& part);
    void pdu_share(double watts, WallTime at);

    bool frozen() const;

private:
    struct Range {
        double low = 0;
        double high = 0;
    };
    void widen(std::optional<Range>& range, double value, WallTime at) const;

    std::optional<double> watts_;
    WallTime since_{};
    WallTime last_{};
    unsigned repeats_ = 0;
    std::optional<Range> pdu_;
    std::vector<std::optional<Range>> watt_sensors_;  // by place
    std::vector<std::optional<Range>> cpu_celsius_;
};

}  // namespace frugald
