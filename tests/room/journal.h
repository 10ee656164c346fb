#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace frugald::room {

/// What happened in the room, in order, for tests: every command that wants to change something
/// and every change. Commands that only read are kept apart, so that polling drowns nothing.
class Journal {
public:
    /// `who`: the user of the IPMI session, or "-". `what`: a word, then its arguments.
    void acted(std::string_view node, std::string_view who, std::string what);

    struct Read {
        std::chrono::system_clock::time_point time;
        std::uint32_t node = 0;
        std::uint8_t function = 0;
        std::uint8_t command = 0;
    };
    void read(std::uint32_t node, std::uint8_t function, std::uint8_t command);

    /// Lines "seconds.microseconds node who what", wall clock; the last 100,000.
    const std::deque<std::string>& lines() const { return lines_; }
    /// The last 4,096, oldest first.
    std::vector<Read> reads() const;

private:
    std::deque<std::string> lines_;
    std::vector<Read> reads_;
    std::size_t next_ = 0;
};

/// "1763712345.123456"
std::string to_text(std::chrono::system_clock::time_point time);

}  // namespace frugald::room
