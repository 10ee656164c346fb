#include "plugins/modbus/sunspec.h"

#include <algorithm>

namespace frugald::modbus {

namespace {

constexpr std::array<unsigned, 3> starts{40000, 50000, 0};
constexpr std::uint16_t marker_high = 0x5375, marker_low = 0x6e53;  // "SunS"
constexpr std::uint16_t end_of_chain = 0xffff;
constexpr int most_models = 100;  // a chain that goes in circles ends too

/// An exception that says no, not one that says later.
bool is_no(const Answer& answer) { return answer.exception >= 1 && answer.exception <= 3; }

const Map* map_of(const Profile& profile, std::uint16_t model) {
    for (const auto& map : profile.maps)
        if (std::ranges::find(map.models, model) != map.models.end()) return &map;
    return nullptr;
}

Result<Answer> read_pair(const ReadRegisters& read, unsigned first) {
    auto answer = read(first, 2);
    if (answer && answer->exception != 0 && !is_no(*answer))
        return fail(Fault::timeout, exception_text(answer->exception));
    return answer;
}

Result<Found> follow(const Profile& profile, const ReadRegisters& read, unsigned at) {
    for (int i = 0; i < most_models && at < 65535; ++i) {
        const auto head = read_pair(read, at);
        if (!head) return tl::unexpected{head.error()};
        if (head->exception != 0 || head->registers[0] == end_of_chain) break;
        const auto model = head->registers[0];
        if (const auto* map = map_of(profile, model)) return Found{map, model, at};
        at += 2U + head->registers[1];
    }
    return Found{};
}

}  // namespace

Result<Found> find_model(const Profile& profile, const ReadRegisters& read) {
    for (const auto start : starts) {
        const auto marker = read_pair(read, start);
        if (!marker) return tl::unexpected{marker.error()};
        if (marker->exception == 0 && marker->registers[0] == marker_high &&
            marker->registers[1] == marker_low)
            return follow(profile, read, start + 2);
    }
    return Found{};
}

}  // namespace frugald::modbus
