#include <doctest/doctest.h>

#include "daemon/config/toml_file.h"
#include "tests/plugins/modbus/fixture.h"
#include "tests/support/scratch.h"

using namespace frugald;

namespace {

using Files = std::map<std::string, std::string>;

Result<modbus::Profiles> load(const Files& files) {
    const Scratch scratch;
    for (const auto& [name, content] : files) scratch.write(name + ".toml", content);
    return modbus::Profiles::load(
        scratch.path(), [](const std::filesystem::path& file) { return read_toml(file); });
}

std::string mistakes(const Files& files) {
    const auto loaded = load(files);
    return loaded ? "" : loaded.error().text;
}

const std::string power = "[total]\npower = { register = 10, type = \"f32\", unit = \"kW\" }\n";

}  // namespace

TEST_CASE("a mistake in a profile is named with file, line and column") {
    struct Row {
        const char* says;
        Files files;
        const char* expected;
    };
    const auto point = [](const std::string& rest) {
        return Files{{"a", "[total]\npower = { " + rest + " }\n"}};
    };
    const Row rows[] = {
        {"nothing is wrong", {{"a", power}}, ""},
        {"an unknown key",
         {{"a", power + "energi = { register = 1, type = \"u16\" }\n"}},
         "a.toml:3:1: unknown table 'energi'; did you mean 'energy'?"},
        {"at the top", {{"a", "ordr = \"abcd\"\n" + power}}, "did you mean 'order'?"},
        {"VA is no power", point("register = 1, type = \"u16\", unit = \"kVA\""),
         "'unit' is 'kVA', but must be one of: W, kW, MW"},
        {"no type", point("register = 1"), "'type' is missing here"},
        {"no register", point("type = \"u16\""), "'register' is missing here"},
        {"no such type", point("register = 1, type = \"u8\""), "must be one of: u16, i16"},
        {"no such order", point("register = 1, type = \"u16\", order = \"abdc\""),
         "must be one of: abcd, cdab, badc, dcba"},
        {"a register beyond the last", point("register = 65535, type = \"u32\""),
         "must be between 0 and 65534"},
        {"a write", {{"a", "function = 6\n" + power}}, "must be between 3 and 4"},
        {"nothing to measure", {{"a", "summary = \"x\"\n"}}, "measures nothing"},
        {"a point in a hole",
         {{"a", power + "[[hole]]\nfirst = 5\nlast = 11\n"}},
         "register 10 is in a hole"},
        {"a hole backwards", {{"a", power + "[[hole]]\nfirst = 5\nlast = 4\n"}}, "before 'first'"},
        {"a strange no_value", {{"a", "no_value = [\"80\"]\n" + power}}, "none of 8000"},
        {"no models",
         {{"a",
           "[[sunspec]]\n[sunspec.total]\npower = { register = 1, type = "
           "\"u16\" }\n"}},
         "'models' is missing"},
        {"extending nothing",
         {{"a", "extends = \"b\"\n" + power}},
         "a.toml:1:11: there is no profile 'b' to extend"},
        {"extending itself", {{"a", "extends = \"a\"\n" + power}}, "extend each other"},
        {"in a circle",
         {{"a", "extends = \"b\"\n"}, {"b", "extends = \"a\"\n"}},
         "extend each other"},
        {"no TOML", {{"a", "[total\n"}}, "a.toml:1"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.says});
        const auto text = mistakes(row.files);
        CHECK_MESSAGE((row.expected[0] ? contains(text, row.expected) : text.empty()), text);
    }
}

TEST_CASE("a profile extends another, replaces what it says again and keeps the rest") {
    const auto loaded =
        load({{"base",
               "function = 4\norder = \"cdab\"\nno_value = [\"8000\"]\nmost_gap = 3\n"
               "[[hole]]\nfirst = 100\n" +
                   power + "energy = { register = 20, type = \"u32\", unit = \"Wh\" }\n"},
              {"child",
               "extends = \"base\"\nmost_registers = 20\n[total]\n"
               "energy = { register = 30, type = \"u64\", unit = \"kWh\" }\n[L1]\n"
               "power = { register = 40, type = \"i16\" }\n"},
              {"grandchild", "extends = \"child\"\nsummary = \"x\"\n"}});
    REQUIRE_MESSAGE(loaded, loaded.error().text);
    CHECK(loaded->names() == "base, child, grandchild");
    for (const char* name : {"child", "grandchild"}) {
        const auto& profile = *loaded->find(name);
        CHECK(profile.name == name);
        CHECK(profile.shape.most_gap == 3);
        CHECK(profile.shape.most_registers == 20);
        CHECK(profile.shape.holes.size() == 1);
        CHECK(profile.no_value.signed_lowest);
        const auto& points = profile.maps.at(0).points;
        REQUIRE(points.size() == 3);
        CHECK(points[0].address == 10);
        CHECK(points[1].address == 30);
        CHECK(points[1].factor == 3.6e6);
        CHECK(points[2].part == Part::line);
        for (const auto& point : points) CHECK(point.function == 4);
    }
    CHECK(loaded->find("base")->maps.at(0).points.at(1).address == 20);
}
