#include "tests/room/pdu/recording.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace frugald::room {

namespace {

struct Recorded {
    Oid oid;
    SnmpValue value;
};

class Recording : public Mib {
public:
    explicit Recording(std::vector<Recorded> objects) : objects_(std::move(objects)) {}
    std::size_t size() const override { return objects_.size(); }
    const Oid& oid(std::size_t index) const override { return objects_[index].oid; }
    SnmpValue value(std::size_t index, TimePoint) const override { return objects_[index].value; }

private:
    std::vector<Recorded> objects_;
};

std::optional<std::string> from_hexadecimal(std::string_view text) {
    std::string octets;
    if (text.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned octet = 0;
        const char* end = text.data() + i + 2;
        if (std::from_chars(text.data() + i, end, octet, 16).ptr != end) return std::nullopt;
        octets.push_back(static_cast<char>(octet));
    }
    return octets;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data(), end, value).ptr != end || text.empty()) return std::nullopt;
    return value;
}

std::optional<SnmpValue> value_of(unsigned type, bool hexadecimal, std::string_view text) {
    const auto wire_type = static_cast<std::uint8_t>(type);
    if (hexadecimal) {
        auto octets = from_hexadecimal(text);
        if (!octets) return std::nullopt;
        return SnmpValue{wire_type, std::move(*octets)};
    }
    switch (wire_type) {
        case tag::integer: {
            const auto parsed = number<std::int64_t>(text);
            return parsed ? std::optional(snmp_integer(*parsed)) : std::nullopt;
        }
        case tag::counter32:
        case tag::gauge32:
        case tag::time_ticks:
        case tag::counter64: {
            const auto parsed = number<std::uint64_t>(text);
            return parsed ? std::optional(snmp_unsigned(*parsed, wire_type)) : std::nullopt;
        }
        case tag::oid: {
            const auto parsed = parse_oid(text);
            return parsed ? std::optional(snmp_oid(*parsed)) : std::nullopt;
        }
        case tag::address: {
            in_addr address{};
            if (inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) return std::nullopt;
            return SnmpValue{wire_type, {reinterpret_cast<const char*>(&address), sizeof address}};
        }
        case tag::octets:
        case tag::opaque:
        case tag::null:
            return SnmpValue{wire_type, std::string(text)};
        default:
            return std::nullopt;
    }
}

std::optional<Recorded> parse_line(std::string_view line) {
    const std::size_t first = line.find('|');
    const std::size_t second = line.find('|', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
    std::string_view type = line.substr(first + 1, second - first - 1);
    const bool hexadecimal = !type.empty() && type.back() == 'x';
    if (hexadecimal) type.remove_suffix(1);
    const auto oid = parse_oid(line.substr(0, first));
    const auto type_number = number<unsigned>(type);
    if (!oid || !type_number || *type_number > 0xff) return std::nullopt;
    auto value = value_of(*type_number, hexadecimal, line.substr(second + 1));
    if (!value) return std::nullopt;
    return Recorded{*oid, std::move(*value)};
}

}  // namespace

Result<std::shared_ptr<const Mib>> load_recording(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream)
        return fail(Fault::unavailable, fmt::format("recording {}: cannot be read", file.string()));
    std::vector<Recorded> objects;
    for (std::string line; std::getline(stream, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (auto object = parse_line(line)) objects.push_back(std::move(*object));
    }
    if (objects.empty())
        return fail(Fault::invalid,
                    fmt::format("recording {}: holds no line OID|tag|value", file.string()));
    const auto earlier = [](const Recorded& a, const Recorded& b) { return a.oid < b.oid; };
    const auto same = [](const Recorded& a, const Recorded& b) { return a.oid == b.oid; };
    std::stable_sort(objects.begin(), objects.end(), earlier);
    objects.erase(std::unique(objects.begin(), objects.end(), same), objects.end());
    return std::make_shared<const Recording>(std::move(objects));
}

}  // namespace frugald::room
