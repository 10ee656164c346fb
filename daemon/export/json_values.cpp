#include "daemon/export/json_values.h"

namespace frugald::json {

std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json time_or_null(const std::optional<WallTime>& at) {
    return at ? Json(iso8601(*at)) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json number_or_null(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json measured(const char* key, const Measurement& measurement, const Snapshot& now) {
    return {{key, measurement.value},
            {"at", iso8601(measurement.at)},
            {"age_s", Seconds{now.at.wall - measurement.at}.count()},
            {"source", measurement.source},
            {"quality", to_string(measurement.quality)}};
}

}  // namespace frugald::json
