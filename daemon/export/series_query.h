#pragma once

#include "daemon/core/sample_query.h"
#include "daemon/core/snapshot.h"
#include "daemon/export/series_text.h"
#include "daemon/export/url.h"

namespace frugald {

struct SeriesQuestion {
    SampleQuery query;
    /// Of this job: its nodes and times are still to be put into the query, which has the times
    /// that are wanted of them.
    std::optional<std::uint32_t> job{};
    SeriesFormat format = SeriesFormat::json;
};

/// The query of /api/v1/series (docs/api.md). Fault::invalid, naming the parameter.
Result<SeriesQuestion> parse_series_question(const Target& target, const Snapshot& now);

}  // namespace frugald
