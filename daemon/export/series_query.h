#pragma once

#include "daemon/core/sample_query.h"
#include "daemon/core/snapshot.h"
#include "daemon/export/series_text.h"
#include "daemon/export/url.h"

namespace frugald {

struct SeriesQuestion {
    SampleQuery query;
    SeriesFormat format = SeriesFormat::json;
};

/// The query of /api/v1/series (docs/api.md). Fault::invalid, naming the parameter.
Result<SeriesQuestion> parse_series_question(const Target& target, const Snapshot& now);

}  // namespace frugald
