#include "plugins/snmp/recording.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "plugins/snmp/text_value.h"

namespace frugald::snmp {

namespace {

std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

std::optional<char> hex_byte(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const auto high = hex_digit(text[0]), low = hex_digit(text[1]);
    if (!high || !low) return std::nullopt;
    return static_cast<char>(*high * 16 + *low);
}

std::string unhex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2)
        if (const auto byte = hex_byte(text.substr(i))) bytes += *byte;
    return bytes;
}

std::string unescape(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text.substr(i).starts_with("\\x");
        const auto byte = escape ? hex_byte(text.substr(i + 2)) : std::nullopt;
        bytes += byte.value_or(text[i]);
        if (byte) i += 3;
    }
    return bytes;
}

Value number_of(std::string_view text) {
    auto value = text_value(text);
    if (value.kind != Value::Kind::number) return {};
    value.text.clear();
    return value;
}

Value value_of(std::string_view tag, std::string_view text) {
    std::string bytes{text};
    if (tag.ends_with('x')) bytes = unhex(text);
    if (tag.ends_with('e')) bytes = unescape(text);
    int type = 0;
    std::from_chars(tag.data(), tag.data() + tag.size(), type);
    switch (type) {
        case 2:
        case 65:
        case 66:
        case 67:
        case 70:
            return number_of(bytes);
        case 4:
            return text_value(bytes);
        case 6:
            if (auto oid = parse_oid(bytes))
                return {.kind = Value::Kind::oid, .text = {}, .oid = *std::move(oid)};
            return {};
        default:
            return {};
    }
}

std::optional<Binding> binding_of(std::string_view line) {
    const auto first = line.find('|');
    const auto second = first == line.npos ? line.npos : line.find('|', first + 1);
    if (second == line.npos) return std::nullopt;
    auto oid = parse_oid(line.substr(0, first));
    if (!oid) return std::nullopt;
    auto text = line.substr(second + 1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return Binding{*std::move(oid), value_of(line.substr(first + 1, second - first - 1), text)};
}

}  // namespace

Result<Recording> Recording::read(std::string_view text) {
    Recording recording;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (auto binding = binding_of(text.substr(0, end)))
            recording.bindings_.push_back(*std::move(binding));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (recording.bindings_.empty())
        return fail(Fault::unparsable,
                    "it is no recording: no line in it is 'OID|tag|value' (snmprec)");
    std::ranges::stable_sort(recording.bindings_, {}, &Binding::oid);
    return recording;
}

Value Recording::value(const Oid& oid) const {
    const auto found = std::ranges::lower_bound(bindings_, oid, {}, &Binding::oid);
    return found != bindings_.end() && found->oid == oid ? found->value : Value{};
}

std::vector<Binding> Recording::below(const Oid& root) const {
    auto at = std::ranges::upper_bound(bindings_, root, {}, &Binding::oid);
    std::vector<Binding> below;
    for (; at != bindings_.end() && starts_with(at->oid, root); ++at) below.push_back(*at);
    return below;
}

Walks Recording::walks(const std::vector<Oid>& columns) const {
    Walks walks;
    for (const auto& column : columns) walks[column] = below(column);
    return walks;
}

const Profile* identify(const Recording& recording, const Profiles& profiles) {
    const auto object_id = recording.value(sys_object_id_oid).oid;
    const auto description = recording.value(sys_descr_oid).text;
    const auto candidates = profiles.candidates(object_id, description);
    for (const auto& candidate : candidates) {
        const auto& probes = candidate.profile->match.probes;
        const auto answers = [&](const Oid& probe) { return confirms(recording.below(probe)); };
        if (probes.empty() || std::ranges::any_of(probes, answers)) return candidate.profile;
    }
    if (!candidates.empty() && candidates.front().fits) return candidates.front().profile;
    return nullptr;
}

}  // namespace frugald::snmp
