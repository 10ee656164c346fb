#pragma once

#include <termios.h>

#include <string>
#include <vector>

namespace frugald::ctl {

/// The terminal at stdout, painted over and over on its alternate screen; what was on it before
/// comes back when this object goes. Keys of stdin come one by one and are not shown.
class Screen {
public:
    Screen() { enter(); }
    ~Screen() { leave(); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void enter();
    void leave();

    struct Size {
        std::size_t rows = 24;
        std::size_t columns = 80;
    };
    static Size size();
    struct Line {
        std::string text;  // without control characters; cut where the screen ends
        bool reverse = false;
    };
    void paint(const std::vector<Line>& lines) const;

private:
    bool entered_ = false;
    bool keys_ = false;  // stdin is a terminal
    termios before_{};
};

}  // namespace frugald::ctl
