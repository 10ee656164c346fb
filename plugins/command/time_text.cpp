#include "plugins/command/time_text.h"

#include <charconv>

namespace frugald::command {

namespace {

using namespace std::chrono;

/// Takes what it understands off the front of a text.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        if (text_.size() < count) return fail();
        const auto* const end = text_.data() + count;
        const auto [stopped, error] = std::from_chars(text_.data(), end, value);
        if (error != std::errc{} || stopped != end || text_.front() == '-') return fail();
        text_.remove_prefix(count);
        return value;
    }
    bool letter(char wanted) {
        if (text_.empty() || text_.front() != wanted) return false;
        text_.remove_prefix(1);
        return true;
    }
    void required(char wanted) { good_ = letter(wanted) && good_; }
    milliseconds fraction() {
        if (!letter('.')) return 0ms;
        milliseconds value{0};
        int places = 0;
        for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++places) {
            if (places < 3) value = value * 10 + milliseconds{text_.front() - '0'};
            text_.remove_prefix(1);
        }
        if (places == 0) fail();
        for (; places < 3; ++places) value *= 10;
        return value;
    }
    bool at_end() const { return good_ && text_.empty(); }

private:
    int fail() {
        good_ = false;
        return 0;
    }
    std::string_view text_;
    bool good_ = true;
};

}  // namespace

std::optional<WallTime> parse_time(std::string_view text) {
    Scanner scan{text};
    const year_month_day date = [&scan] {
        const year y{scan.digits(4)};
        scan.required('-');
        const month m{static_cast<unsigned>(scan.digits(2))};
        scan.required('-');
        return year_month_day{y, m, day{static_cast<unsigned>(scan.digits(2))}};
    }();
    if (!scan.letter('T')) scan.required(' ');
    const hours h{scan.digits(2)};
    scan.required(':');
    const minutes m{scan.digits(2)};
    scan.required(':');
    const seconds s{scan.digits(2)};
    const auto rest = scan.fraction();
    minutes offset{0};
    if (!scan.letter('Z')) {
        const bool behind = scan.letter('-');
        if (!behind) scan.required('+');
        const hours offset_hours{scan.digits(2)};
        scan.letter(':');
        offset = offset_hours + minutes{scan.digits(2)};
        if (offset_hours > 23h) return std::nullopt;
        if (behind) offset = -offset;
    }
    // A leap second is the second after it.
    const bool possible = date.ok() && h < 24h && m < 60min && s <= 60s;
    if (!scan.at_end() || !possible) return std::nullopt;
    return WallTime{sys_days{date} + h + m + s + rest - offset};
}

}  // namespace frugald::command
