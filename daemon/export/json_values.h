#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "daemon/core/snapshot.h"

namespace frugald::json {

using Json = nlohmann::ordered_json;

inline constexpr const char* schema = "frugald/1";

/// As text; wrong UTF-8 in foreign names becomes U+FFFD instead of an exception.
std::string dump(const Json& value);

Json time_or_null(const std::optional<WallTime>& at);
/// Null when empty.
Json text_or_null(const std::string& text);
Json number_or_null(const std::optional<double>& value);
/// {"KEY":number,"at":...,"age_s":...,"source":...,"quality":...}
Json measured(const char* key, const Measurement& measurement, const Snapshot& now);

}  // namespace frugald::json
