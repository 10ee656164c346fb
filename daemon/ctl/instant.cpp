#include "daemon/ctl/instant.h"

#include <fmt/format.h>

#include <ctime>

#include "daemon/core/times.h"
#include "daemon/ctl/duration.h"

namespace frugald::ctl {

namespace {

/// By the time zone of this machine; nothing for a time that the calendar does not have.
std::optional<WallTime> local(const std::string& text, const char* shape) {
    std::tm fields{};
    const char* const end = ::strptime(text.c_str(), shape, &fields);
    if (end == nullptr || *end != '\0') return std::nullopt;
    fields.tm_isdst = -1;
    const int day = fields.tm_mday;
    const std::time_t at = std::mktime(&fields);
    if (at == std::time_t{-1} || fields.tm_mday != day) return std::nullopt;
    return WallTime{std::chrono::seconds{at}};
}

Attempt<WallTime> required(const char* option, const std::string& text, WallTime now) {
    const auto at = parse_instant(text, now);
    if (at) return *at;
    return tl::unexpected(
        Failure{exit_usage, fmt::format("{} {}: write {}", option, text, instant_help)});
}

}  // namespace

std::optional<WallTime> parse_instant(const std::string& text, WallTime now) {
    if (const auto past = parse_duration(text)) return now - *past;
    if (const auto exact = parse_iso8601(text)) return exact;
    for (const char* const shape :
         {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"})
        if (const auto at = local(text, shape)) return at;
    return std::nullopt;
}

Attempt<Stretch> parse_stretch(const std::string& since, const std::string& until) {
    const WallTime now = Instant::now().wall;
    const auto from = required("--since", since, now);
    if (!from) return tl::unexpected(from.error());
    const auto to = until.empty() ? Attempt<WallTime>{now} : required("--until", until, now);
    if (!to) return tl::unexpected(to.error());
    if (*from >= *to)
        return tl::unexpected(Failure{exit_usage, "--since must be before --until and now"});
    return Stretch{*from, *to};
}

}  // namespace frugald::ctl
