#include "daemon/ctl/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace frugald::ctl {

namespace {

void send(std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = write(STDOUT_FILENO, text.data(), text.size());
        if (size < 0 && errno != EINTR) return;  // the terminal is gone
        if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    }
}

/// At most so many code points.
std::string_view cut(std::string_view text, std::size_t columns) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
        if (begins && columns-- == 0) return text.substr(0, i);
    }
    return text;
}

}  // namespace

void Screen::enter() {
    if (entered_) return;
    entered_ = true;
    keys_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    if (keys_) {
        termios single = before_;
        single.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        tcsetattr(STDIN_FILENO, TCSADRAIN, &single);
    }
    send("\x1b[?1049h\x1b[?25l\x1b[2J");
}

void Screen::leave() {
    if (!entered_) return;
    entered_ = false;
    send("\x1b[?25h\x1b[?1049l");
    if (keys_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

Screen::Size Screen::size() {
    winsize window{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 || window.ws_col == 0)
        return {};
    return {window.ws_row, window.ws_col};
}

void Screen::paint(const std::vector<Line>& lines) const {
    const Size screen = size();
    std::string text = "\x1b[H";
    for (std::size_t i = 0; i < lines.size() && i < screen.rows; ++i) {
        if (i > 0) text += "\r\n";
        if (lines[i].reverse) text += "\x1b[7m";
        text += cut(lines[i].text, screen.columns);
        text += "\x1b[0m\x1b[K";
    }
    send(text + "\x1b[J");
}

}  // namespace frugald::ctl
