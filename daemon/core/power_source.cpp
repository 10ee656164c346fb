#include "daemon/core/power_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/fields.h"

namespace frugald {

namespace {

constexpr Part measured_parts[] = {Part::line, Part::branch, Part::outlet};

bool starts_with_digit(std::string_view text) { return text.front() >= '0' && text.front() <= '9'; }

}  // namespace

std::string to_string(const PowerSource& source) {
    if (source.part == Part::total) return source.device;
    return fmt::format("{}:{}:{}", source.device, to_string(source.part), source.part_name);
}

Result<PowerSource> parse_power_source(std::string_view text) {
    std::string_view rest = text;
    PowerSource source;
    source.device = cut(rest, ':');
    if (source.device.empty())
        return fail(Fault::invalid, fmt::format("'{}' names no node, PDU or meter", text));
    if (source.device.size() == text.size()) return source;
    const auto second = rest.find(':');
    if (second == std::string_view::npos) {
        if (rest.empty())
            return fail(Fault::invalid, fmt::format("'{}' ends before the part's name", text));
        source.part = starts_with_digit(rest) ? Part::outlet : Part::line;
        source.part_name = rest;
        return source;
    }
    const auto word = cut(rest, ':');
    const auto* const found =
        std::ranges::find_if(measured_parts, [&](Part part) { return word == to_string(part); });
    if (found == std::end(measured_parts) || rest.empty())
        return fail(Fault::invalid, fmt::format("'{}': after the name comes line, branch or outlet "
                                                "and its name, as in rack7-a:outlet:12",
                                                text));
    source.part = *found;
    source.part_name = rest;
    return source;
}

}  // namespace frugald
