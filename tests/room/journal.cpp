#include "tests/room/journal.h"

#include <fmt/format.h>

namespace frugald::room {

namespace {
constexpr std::size_t kept_lines = 100000;
constexpr std::size_t kept_reads = 4096;
}  // namespace

std::string to_text(std::chrono::system_clock::time_point time) {
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
    return fmt::format("{}.{:06}", micros / 1000000, micros % 1000000);
}

void Journal::acted(std::string_view node, std::string_view who, std::string what) {
    if (lines_.size() == kept_lines) lines_.pop_front();
    lines_.push_back(fmt::format("{} {} {} {}", to_text(std::chrono::system_clock::now()), node,
                                 who.empty() ? "-" : who, what));
}

void Journal::read(std::uint32_t node, std::uint8_t function, std::uint8_t command) {
    const Read entry{std::chrono::system_clock::now(), node, function, command};
    if (reads_.size() < kept_reads)
        reads_.push_back(entry);
    else
        reads_[next_] = entry;
    next_ = (next_ + 1) % kept_reads;
}

std::vector<Journal::Read> Journal::reads() const {
    if (reads_.size() < kept_reads) return reads_;
    std::vector<Read> ordered(reads_.begin() + static_cast<std::ptrdiff_t>(next_), reads_.end());
    ordered.insert(ordered.end(), reads_.begin(),
                   reads_.begin() + static_cast<std::ptrdiff_t>(next_));
    return ordered;
}

}  // namespace frugald::room
