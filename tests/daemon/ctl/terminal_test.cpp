#include "daemon/ctl/terminal.h"

#include <doctest/doctest.h>

#include <sstream>

#include "daemon/ctl/duration.h"
#include "daemon/ctl/table.h"

using namespace frugald::ctl;
using std::chrono::seconds;

namespace {

struct Screen {
    std::ostringstream out, err;
    std::istringstream in;
    Terminal terminal{out, err, in};
};

}  // namespace

TEST_CASE("durations carry their unit") {
    CHECK(parse_duration("90s") == seconds{90});
    CHECK(parse_duration("15m") == seconds{900});
    CHECK(parse_duration("1h") == seconds{3600});
    CHECK(parse_duration("2d") == seconds{172800});
    CHECK(parse_duration("1h30m") == seconds{5400});
    for (const char* const wrong :
         {"", "90", "s", "-5m", "5 m", "1w", "1.5h", "0s", "99999999999s", "1h5"}) {
        CAPTURE(std::string{wrong});
        CHECK_FALSE(parse_duration(wrong));
    }
}

TEST_CASE("ages are short") {
    CHECK(short_age(3.9) == "3s");
    CHECK(short_age(59.99) == "59s");
    CHECK(short_age(150) == "2m");
    CHECK(short_age(7300) == "2h");
    CHECK(short_age(300000) == "3d");
    CHECK(short_age(-0.2) == "0s");
}

TEST_CASE("foreign text cannot command the terminal") {
    CHECK(plain("a\x1b[31mb\nc\x7f\x9f") == "a?[31mb?c?\x9f");
    CHECK(plain("\xc2\x9b"
                "31m arr\xc3\xaat") == "?31m arr\xc3\xaat");
}

TEST_CASE("columns line up, also with accents, and no line ends in blanks") {
    Screen screen;
    Table table{{{"NODE"}, {"W", true}, {"NOTE"}}};
    table.add({{"arr\xc3\xaat"}, {"5"}, {""}});
    table.add({{"c1"}, {"1200"}, {"x"}});
    table.print(screen.terminal, true);
    CHECK(screen.out.str() ==
          "NODE      W  NOTE\n"
          "arr\xc3\xaat     5\n"
          "c1     1200  x\n");
}

TEST_CASE("colours are for those who want them") {
    Screen screen;
    CHECK(paint(screen.terminal, Color::bad, "x") == "x");
    screen.terminal.colors = true;
    CHECK(paint(screen.terminal, Color::bad, "x") == "\x1b[31mx\x1b[0m");
    CHECK(paint(screen.terminal, Color::none, "x") == "x");
}
