#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/core/metric_name.h"
#include "daemon/core/series.h"
#include "daemon/core/snapshot.h"

namespace frugald::remote_write {

/// Labels that every series gets beside its own: names in order, none of them ours.
using ExtraLabels = std::map<std::string, std::string>;

/// Whether frugald itself may give a series a label of this name.
bool is_own_label(std::string_view name);

/// Says how series are called: as in /metrics, and quality="suspect" while their source is
/// contradicted.
class Labels {
public:
    explicit Labels(ExtraLabels extra) : extra_(std::move(extra)) {}

    /// What outlets feed is looked up there. Null: not known.
    void use(std::shared_ptr<const Snapshot> picture) { picture_ = std::move(picture); }

    /// The label messages of a TimeSeries, in order of their names; empty if Prometheus gets no
    /// such series. Of several parts with one name in one poll, `occurrence` says which, from 0.
    /// Valid until the next call.
    const std::string& of(const SeriesName& series, unsigned occurrence);

private:
    using Pair = std::pair<std::string_view, std::string_view>;

    std::string_view fed_node(const SeriesName& outlet) const;
    /// Left out if empty, which means the same; made valid UTF-8.
    void add(std::string_view name, std::string_view value);

    const ExtraLabels extra_;
    std::shared_ptr<const Snapshot> picture_;
    std::vector<Pair> pairs_;
    std::string family_, part_, encoded_;
};

}  // namespace frugald::remote_write
