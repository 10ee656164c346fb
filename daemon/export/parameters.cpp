#include "daemon/export/parameters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "daemon/core/nodeset.h"
#include "daemon/core/times.h"

namespace frugald {

const std::string* Parameters::find(const char* name) {
    if (std::ranges::find(known_, name) == known_.end()) known_.push_back(name);
    const auto found = target_.query.find(name);
    return found == target_.query.end() ? nullptr : &found->second;
}

WallTime Parameters::instant(const char* name, WallTime otherwise) {
    const std::string* const given = find(name);
    if (given == nullptr) return otherwise;
    const auto parsed = parse_iso8601(*given);
    if (!parsed) complain(fmt::format("'{}' must look like 2026-11-21T07:46:56Z", name));
    return parsed.value_or(otherwise);
}

std::int64_t Parameters::number(const char* name, std::int64_t otherwise, std::int64_t least,
                                std::int64_t most) {
    const std::string* const given = find(name);
    if (given == nullptr) return otherwise;
    std::int64_t value = 0;
    const char* const end = given->data() + given->size();
    const auto [stop, failed] = std::from_chars(given->data(), end, value);
    if (failed == std::errc{} && stop == end && value >= least && value <= most) return value;
    complain(fmt::format("'{}' must be a number from {} to {}", name, least, most));
    return otherwise;
}

std::vector<std::string> Parameters::nodes(const char* name) {
    const std::string* const given = find(name);
    if (given == nullptr) return {};
    auto names = expand_nodeset(*given);
    if (!names) complain(names.error().text);
    if (names && names->empty()) complain(fmt::format("'{}' names no node", name));
    return names ? std::move(*names) : std::vector<std::string>{};
}

std::uint32_t Parameters::job(const char* name) {
    if (!has(name)) return 0;
    return static_cast<std::uint32_t>(
        number(name, 0, 1, std::numeric_limits<std::uint32_t>::max()));
}

void Parameters::exclude(std::initializer_list<const char*> names) {
    const auto given = std::ranges::count_if(names, [&](const char* name) { return has(name); });
    if (given > 1) complain(fmt::format("{} exclude each other", fmt::join(names, ", ")));
}

std::optional<std::size_t> Parameters::word(const char* name, std::string_view given,
                                            const Texts& texts) {
    for (std::size_t place = 0; place < texts.size(); ++place)
        if (given == texts[place]) return place;
    complain(fmt::format("'{}' must be one of {}", name, fmt::join(texts, ", ")));
    return std::nullopt;
}

std::optional<std::size_t> Parameters::place_of(const char* name, const Texts& texts) {
    const std::string* const given = find(name);
    return given == nullptr ? std::nullopt : word(name, *given, texts);
}

std::vector<std::size_t> Parameters::places_of(const char* name, const Texts& texts) {
    std::vector<std::size_t> places;
    const std::string* const given = find(name);
    if (given == nullptr || *given == "all") return places;
    for (std::size_t from = 0; from <= given->size();) {
        const auto comma = std::min(given->find(',', from), given->size());
        if (const auto one = word(name, given->substr(from, comma - from), texts))
            places.push_back(*one);
        from = comma + 1;
    }
    return places;
}

void Parameters::complain(std::string text) {
    if (mistake_.empty()) mistake_ = std::move(text);
}

Result<void> Parameters::check() const {
    if (!mistake_.empty()) return fail(Fault::invalid, mistake_);
    for (const auto& [name, value] : target_.query)
        if (std::ranges::find(known_, name) == known_.end())
            return fail(Fault::invalid, fmt::format("'{}' is no parameter of this; there are {}",
                                                    name, fmt::join(known_, ", ")));
    return {};
}

}  // namespace frugald
