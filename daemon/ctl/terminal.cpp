#include "daemon/ctl/terminal.h"

#include <fmt/format.h>

#include <cmath>
#include <ctime>

namespace frugald::ctl {

std::string paint(const Terminal& terminal, Color color, std::string_view text) {
    if (!terminal.colors || color == Color::none) return std::string{text};
    const char* const code = color == Color::good      ? "32"
                             : color == Color::dim     ? "2"
                             : color == Color::warning ? "33"
                                                       : "31";
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string plain(std::string_view text) {
    std::string clean;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool c1_control = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        clean += byte < 0x20 || byte == 0x7F || c1_control ? '?' : text[i];
        if (c1_control) ++i;
    }
    return clean;
}

std::string short_age(double seconds) {
    if (seconds < 0) seconds = 0;
    if (seconds < 60) return fmt::format("{:.0f}s", std::floor(seconds));
    if (seconds < 3600) return fmt::format("{:.0f}m", std::floor(seconds / 60));
    if (seconds < 48 * 3600) return fmt::format("{:.0f}h", std::floor(seconds / 3600));
    return fmt::format("{:.0f}d", std::floor(seconds / 86400));
}

std::string local_time(const std::string& iso8601) {
    std::tm utc{};
    const char* const end = strptime(iso8601.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
    if (end == nullptr) return plain(iso8601);
    const std::time_t at = timegm(&utc);
    std::tm local{};
    localtime_r(&at, &local);
    char text[64];
    const std::size_t size = std::strftime(text, sizeof text, "%F %T %Z", &local);
    return std::string{text, size};
}

}  // namespace frugald::ctl
