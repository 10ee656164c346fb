#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "daemon/core/result.h"

namespace frugald::modbus {

/// One request for registers.
struct Question {
    std::uint8_t unit = 1;
    int function = 3;
    std::uint16_t first = 0;
    std::uint16_t count = 1;
};

/// What the other side said: registers, or an exception (0: none).
struct Answer {
    std::vector<std::uint16_t> registers{};
    int exception = 0;
};

using RequestFrame = std::array<std::uint8_t, 12>;
RequestFrame request_frame(const Question& question, std::uint16_t transaction);

/// The answer in a whole frame, header included. Fault::unparsable when it is not the answer to
/// this question: another transaction, unit, function or length.
Result<Answer> read_answer(const Question& question, std::uint16_t transaction,
                           std::span<const std::uint8_t> frame);

/// "illegal data address (exception 2)"
std::string exception_text(int code);

}  // namespace frugald::modbus
