#include "plugins/remote_write/backoff.h"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace frugald::remote_write {

std::optional<std::chrono::milliseconds> parse_retry_after(const std::string& text, WallTime now) {
    std::int64_t seconds = 0;
    const auto* const end = text.data() + text.size();
    const auto [read, failed] = std::from_chars(text.data(), end, seconds);
    if (failed == std::errc{} && read == end && seconds >= 0 && seconds < 1'000'000'000)
        return std::chrono::seconds{seconds};
    std::tm date{};  // the daemon runs in the C locale
    if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr)
        return std::nullopt;
    const auto until = from_unix_ms(std::int64_t{::timegm(&date)} * 1000) - now;
    return std::max(until, std::chrono::milliseconds{0});
}

std::chrono::milliseconds Backoff::next(std::optional<std::chrono::milliseconds> asked) {
    length_ = std::clamp(length_ * 2, patience_.first, patience_.longest);
    const auto half = length_.count() / 2;
    const std::chrono::milliseconds wait{
        half + std::uniform_int_distribution<std::int64_t>{0, half}(random_)};
    if (!asked) return wait;
    return std::max(wait, std::min(*asked, patience_.longest_asked));
}

}  // namespace frugald::remote_write
