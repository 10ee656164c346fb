#pragma once

#include "tests/plugins/modbus/rig.h"
#include "tests/plugins/modbus/server.h"

/// A Schneider meter of 81.5 kW at 230 V as unit `unit`, its numbers passed through `written`.
inline void put_schneider(Server& server, std::uint8_t unit, Words (*written)(Words) = nullptr) {
    const auto put = [&](unsigned first, Words words) {
        server.put(unit, 3, first, written ? written(std::move(words)) : words);
    };
    for (unsigned line = 0; line < 3; ++line) {
        put(3053 + 2 * line, f32(27.1 + line));
        put(2999 + 2 * line, f32(118.25 + line));
        put(3027 + 2 * line, f32(230.1 + line));
    }
    put(3059, f32(81.5));
    put(3203, u64(1234567));
}

inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

inline std::string failure_of(const Seen& seen) { return seen.failure ? seen.failure->text : ""; }
