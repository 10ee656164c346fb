#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/room/faults.h"
#include "tests/room/options.h"
#include "tests/support/scratch.h"

using namespace frugald::room;

namespace {

std::string manual() {
    std::ifstream file(FRUGALD_SOURCE_DIR "/docs/room.md");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("the file in the manual is a room") {
    const std::string text = manual();
    const std::size_t begin = text.find("```toml\n") + 8;
    const std::string example = text.substr(begin, text.find("```", begin) - begin);
    const Scratch scratch;
    const auto plan = read_plan(scratch.write("room.toml", example));
    REQUIRE_MESSAGE(plan.has_value(), plan.error().text);
    CHECK(plan->bmcs.size() == 1);
    CHECK(plan->pdus.size() == 2);
    CHECK(plan->meters.size() == 1);
    CHECK(plan->bmcs[0].kind.machine.size() == 7);
}

TEST_CASE("the manual names every fault") {
    const std::string text = manual();
    const std::string known = find_fault("").error().text;
    std::istringstream names(known.substr(known.find("are:") + 4));
    for (std::string name; names >> name;)
        CHECK_MESSAGE(text.find("| `" + name + "` |") != std::string::npos, name);
}

TEST_CASE("the command line is either a file, a bench or a command") {
    CHECK(read_options({"room.toml"})->file == "room.toml");
    const auto bench = read_options({"--bench", "7", "--port", "99", "--user", "u"});
    REQUIRE(bench.has_value());
    CHECK(bench_plan(*bench)->bmcs[0].nodes.size() == 7);
    CHECK(bench_plan(*bench)->bmcs[0].port == 99);
    CHECK(read_options({"--control", "/s", "fault", "n1", "delay", "-1"})->words.size() == 4);
    for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                  {"a", "b"},
                                                  {"--bench"},
                                                  {"--bench", "0"},
                                                  {"--bench", "x"},
                                                  {"--port", "70000"},
                                                  {"--what", "1"},
                                                  {"a", "--bench", "1"}})
        CHECK_FALSE(read_options(wrong).has_value());
}
