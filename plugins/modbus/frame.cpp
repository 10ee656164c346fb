#include "plugins/modbus/frame.h"

#include <fmt/format.h>

namespace frugald::modbus {

namespace {

constexpr std::size_t header = 7;  // transaction, protocol, length (2 each), unit
constexpr std::size_t length_at = 4, length_counts_from = 6;
constexpr unsigned exception_flag = 0x80;

std::uint8_t high(unsigned value) { return static_cast<std::uint8_t>(value >> 8 & 0xff); }
std::uint8_t low(unsigned value) { return static_cast<std::uint8_t>(value & 0xff); }

unsigned big16(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<unsigned>(bytes[at]) << 8 | bytes[at + 1];
}

tl::unexpected<Error> wrong(std::string_view what, unsigned got, unsigned expected) {
    return fail(Fault::unparsable,
                fmt::format("the answer has {} {}, the question {}", what, got, expected));
}

}  // namespace

RequestFrame request_frame(const Question& question, std::uint16_t transaction) {
    return {high(transaction),
            low(transaction),
            0,
            0,
            0,
            6,
            question.unit,
            static_cast<std::uint8_t>(question.function),
            high(question.first),
            low(question.first),
            high(question.count),
            low(question.count)};
}

Result<Answer> read_answer(const Question& question, std::uint16_t transaction,
                           std::span<const std::uint8_t> frame) {
    if (frame.size() < header + 2)
        return fail(Fault::unparsable, fmt::format("an answer of {} bytes", frame.size()));
    if (big16(frame, 0) != transaction) return wrong("transaction", big16(frame, 0), transaction);
    if (big16(frame, 2) != 0) return wrong("protocol", big16(frame, 2), 0);
    if (big16(frame, length_at) != frame.size() - length_counts_from)
        return fail(Fault::unparsable,
                    fmt::format("an answer of {} bytes says that it has {}",
                                frame.size() - length_counts_from, big16(frame, length_at)));
    if (frame[6] != question.unit) return wrong("unit", frame[6], question.unit);
    const auto function = static_cast<unsigned>(question.function);
    const unsigned code = frame[header], value = frame[header + 1];
    if (code == (function | exception_flag)) return Answer{{}, value == 0 ? 256 : int(value)};
    if (code != function) return wrong("function", code, function);
    if (value != 2U * question.count) return wrong("bytes", value, 2U * question.count);
    if (frame.size() != header + 2 + value)
        return wrong("bytes", static_cast<unsigned>(frame.size() - header - 2), value);
    Answer answer;
    answer.registers.reserve(question.count);
    for (std::size_t at = header + 2; at < frame.size(); at += 2)
        answer.registers.push_back(static_cast<std::uint16_t>(big16(frame, at)));
    return answer;
}

std::string exception_text(int code) {
    const char* const text = [code] {
        switch (code) {
            case 1:
                return "illegal function";
            case 2:
                return "illegal data address";
            case 3:
                return "illegal data value";
            case 4:
                return "device failure";
            case 5:
                return "acknowledged, not done yet";
            case 6:
                return "device busy";
            case 8:
                return "memory parity error";
            case 10:
                return "gateway path unavailable";
            case 11:
                return "gateway: the device behind it does not answer";
            default:
                return "unknown";
        }
    }();
    return fmt::format("{} (exception {})", text, code);
}

}  // namespace frugald::modbus
