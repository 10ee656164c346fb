#pragma once

#include <string>
#include <vector>

#include "daemon/core/sample_query.h"
#include "daemon/core/series.h"

namespace frugald {

enum class SeriesFormat {
    json,   // one object
    lines,  // "ndjson": an object a line
    csv,    // RFC 4180, with a header; comments begin with "#"
};
const char* to_string(SeriesFormat format);

/// Writes series block by block (docs/api.md). A series comes in as many blocks as it takes.
class SeriesText {
public:
    SeriesText(SeriesFormat format, Resolution resolution)
        : format_(format), resolution_(resolution) {}

    void begin(std::string& to) const;
    void add(const SeriesSamples& block, std::string& to);
    void add(const SeriesCells& block, std::string& to);
    /// `damage`: what could not be read.
    void end(const std::vector<std::string>& damage, std::string& to) const;

private:
    void begin_block(const SeriesName& name, std::int64_t period_ms, std::string& to);
    void end_block(std::string& to) const;

    SeriesFormat format_;
    Resolution resolution_;
    bool first_ = true;
    std::string prefix_;  // of a CSV row: what it belongs to
};

}  // namespace frugald
