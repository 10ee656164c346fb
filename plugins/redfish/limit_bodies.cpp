#include "plugins/redfish/limit_bodies.h"

#include <fmt/format.h>

namespace frugald::redfish {
namespace {

/// An array in a PATCH: {} leaves a member as it is (DSP0266, 7.9).
std::string power_control(const LimitPlace& place, const std::string& limit) {
    std::string members;
    for (std::size_t other = 0; other < place.member; ++other) members += "{},";
    return R"({"PowerControl":[)" + members + R"({"PowerLimit":)" + limit + "}]}";
}

std::string control(const LimitPlace& place, const std::string& content) {
    if (place.kind == LimitKind::environment) return R"({"PowerLimitWatts":)" + content + '}';
    return content;
}

}  // namespace

std::string set_body(const LimitPlace& place, long watts) {
    if (place.kind != LimitKind::power)
        return control(place, fmt::format(R"({{"SetPoint":{},"ControlMode":"Automatic"}})", watts));
    const char* exception = place.has_exception ? R"(,"LimitException":"NoAction")" : "";
    return power_control(place, fmt::format(R"({{"LimitInWatts":{}{}}})", watts, exception));
}

std::string release_body(const LimitPlace& place) {
    if (place.kind != LimitKind::power) return control(place, R"({"ControlMode":"Disabled"})");
    return power_control(place, R"({"LimitInWatts":null})");
}

std::string disarm_body(const LimitPlace& place) {
    return power_control(place, R"({"LimitException":"NoAction"})");
}

}  // namespace frugald::redfish
