#pragma once

#include <vector>

#include "daemon/store/samples/sample_reader.h"

namespace frugald::samples {

/// Which streams and sensors a query is about.
class Matcher {
public:
    Matcher(const Catalogue& catalogue, const SampleQuery& query);

    /// The ids, ascending.
    const std::vector<std::uint32_t>& streams() const { return streams_; }
    bool wants(std::uint32_t sensor);

    struct Columns {
        std::vector<unsigned> places{};  // in the set, ascending
        std::vector<const SensorInfo*> sensors{};
    };
    /// Null if there is no such set. Valid until the next call, and until the catalogue grows: then
    /// say forget_columns() first.
    const Columns* of_set(std::uint32_t set);
    void forget_columns() { columns_of_ = 0; }

private:
    const Catalogue& catalogue_;
    const SampleQuery& query_;
    std::vector<std::uint32_t> streams_;
    std::vector<signed char> wanted_;  // by sensor: -1 not asked yet
    Columns columns_;
    std::uint32_t columns_of_ = 0;
};

}  // namespace frugald::samples
