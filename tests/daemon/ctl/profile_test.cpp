#include "daemon/ctl/profile.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace frugald::ctl;

namespace {

struct Screen {
    std::ostringstream out, err;
    std::istringstream in;
    Terminal terminal{out, err, in};
};

const Json reading{{"quantity", "energy_joules"},
                   {"part", "outlet"},
                   {"name", "7"},
                   {"value", 7.2e6},
                   {"oid", nullptr}};
const Json bad{{"name", "power"}, {"good", false}, {"text", "too much\x1b[31m"}};

}  // namespace

TEST_CASE("a test of a recording is a line, its faults are lines below") {
    Screen screen;
    const Json file{
        {"file", "a.snmprec"},
        {"profile", "x"},
        {"readings", Json::array({reading})},
        {"checks", Json::array({bad})},
        {"sensors", {{"power", {{"matched", 3}, {"total", 4}}}}},
        {"wrong",
         Json::array(
             {{{"kind", "power"}, {"oid", "1.2"}, {"expected", 5.0}, {"text", "read as 6"}}})},
        {"excepted", Json::array()}};
    show_test(screen.terminal, file, false);
    CHECK(screen.out.str() ==
          "a.snmprec: x, 1 readings; power 3/4\n"
          "  wrong  power 1.2: expected 5, read as 6\n"
          "  doubtful  power: too much?[31m\n");
    show_test(screen.terminal, file, true);
    CHECK_MESSAGE(screen.out.str().find("kWh") != std::string::npos, "readings when asked for");
}

TEST_CASE("mistakes of a profile go to stderr as they are, file:line:column first") {
    Screen screen;
    show_check(screen.terminal, {{"file", "a.toml"},
                                 {"good", false},
                                 {"mistakes", Json::array({"a.toml:3:1: unknown key"})}});
    CHECK(screen.err.str() == "a.toml:3:1: unknown key\n");
    CHECK(screen.out.str().empty());
}

TEST_CASE("a device that does not answer is an error, one that does a table and its checks") {
    Screen screen;
    show_device(screen.terminal, {{"host", "h"}, {"good", false}, {"error", "no answer"}});
    CHECK(screen.err.str() == "frugalctl: no answer\n");
    show_device(screen.terminal, {{"host", "h"},
                                  {"profile", "x"},
                                  {"took_s", 0.25},
                                  {"readings", Json::array({reading})},
                                  {"checks", Json::array({bad})}});
    CHECK(screen.out.str().find("h: profile x, 1 readings in 0.25 s") == 0);
    CHECK(screen.out.str().find("outlet  7     energy      2  kWh   -") != std::string::npos);
}
