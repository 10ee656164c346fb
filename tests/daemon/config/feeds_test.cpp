#include <doctest/doctest.h>

#include "daemon/config/feeds.h"
#include "tests/support/scratch.h"

using namespace frugald;

namespace {

/// Without the scratch directory.
std::string short_text(std::string text, const Scratch& scratch) {
    const auto directory = scratch.path().string() + '/';
    for (auto at = text.find(directory); at != std::string::npos; at = text.find(directory))
        text.erase(at, directory.size());
    return text;
}

const PowerFeed& feed(const Config& config, const std::string& name) {
    const auto found = std::ranges::find(config.feeds, name, &PowerFeed::name);
    REQUIRE(found != config.feeds.end());
    return *found;
}

}  // namespace

TEST_CASE("what a level may bear") {
    struct Row {
        const char* says;
        const char* keys;
        std::optional<double> watts;
        std::optional<double> amperes;
    };
    const Row rows[] = {
        {"nothing is said: nothing is limited", "", {}, {}},
        {"watts alone: 0.9 of them, as ever", "rating_watts = 1000", 900, {}},
        {"a budget that is less", "rating_watts = 1000\nbudget_watts = 500", 500, {}},
        {"derated: 0.8", "rating_watts = 1000\nderating = 0.8", 800, {}},
        {"a breaker rated at 100 %: N3 keeps 0.9", "rating_watts = 1000\nderating = 1", 900, {}},
        {"a reserve", "rating_watts = 1000\nreserve_watts = 100", 800, {}},
        {"amperes of one phase: the site's 0.8", "rating_amperes = 32\nvolts = 230", 5888, 25.6},
        {"208 V 30 A in three phases, derated to 24 A",
         "rating_amperes = 30\nvolts = 208\nphases = 3", 8646, 24},
        {"the same as the PDU names it: 24 A are not derated again",
         "rating_amperes = 24\nderated = true\nvolts = 208\nphases = 3", 7782, 21.6},
        {"both ratings: the smaller", "rating_amperes = 16\nvolts = 230\nrating_watts = 3000", 2400,
         12.8},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const Scratch scratch;
        const auto config = load_config(
            scratch.write("f.toml", std::string{"[[feed]]\nname = \"x\"\n"} + row.keys + "\n"));
        REQUIRE_MESSAGE(config, config.error().text);
        const auto limit = config->feeds.front().limit();
        REQUIRE(limit.has_value() == row.watts.has_value());
        if (limit) CHECK(limit->value == doctest::Approx(*row.watts).epsilon(0.0005));
        const auto amperes = config->feeds.front().limit_amperes();
        REQUIRE(amperes.has_value() == row.amperes.has_value());
        if (amperes) CHECK(*amperes == doctest::Approx(*row.amperes));
    }
}

TEST_CASE("mistakes in a feed are named at their place") {
    const std::pair<const char*, const char*> rows[] = {
        {"rating_amperes = 16", "needs volts"},
        {"phases = 2", "'phases': must be 1 or 3"},
        {"derated = true\nderating = 0.8", "not derated again"},
        {"pdu = \"a\"\nmeter = \"b\"", "pdu or meter"},
        {"pdu = \"a\"\nline = \"L1\"\noutlet = \"3\"", "exclude each other"},
        {"outlet = \"3\"", "needs pdu"},
        {"redundant_with = \"x\"", "x is redundant with x, which is no other [[feed]]"},
        {"redundant_with = \"y\"", "x is redundant with y, which is no other [[feed]]"},
        {"watts = 3", "unknown key 'watts'"},
    };
    for (const auto& [keys, says] : rows) {
        CAPTURE(keys);
        const Scratch scratch;
        const auto config = load_config(
            scratch.write("f.toml", std::string{"[[feed]]\nname = \"x\"\n"} + keys + "\n"));
        REQUIRE_FALSE(config);
        CHECK_MESSAGE(config.error().text.find(says) != std::string::npos, config.error().text);
    }
}

TEST_CASE("a tree from a CSV file continues the one of the configuration") {
    const Scratch scratch;
    const auto csv =
        scratch.write("tree.csv",
                      "# from the inventory\r\n"
                      "feed,parent,kind,pdu,line,outlet,node,rating_amperes,volts\r\n"
                      "rack7-a,room,pdu,rack7-a,,,,,\r\n"
                      "\r\n"
                      "rack7-a-L1,rack7-a,line,rack7-a,L1,,,16,230\r\n"
                      "\"rack7-a, 12\",rack7-a-L1,outlet,rack7-a,,12,\"n[1-2],n4\",,\r\n");
    const auto config = load_config(scratch.write(
        "f.toml", "[[feed]]\nname = \"room\"\n[power_tree]\nderating = 0.7\nimport = \"" +
                      csv.string() +
                      "\"\n[[model]]\nnodes = \"n[1-4]\"\nidle_watts = 1\nfull_watts = 2\n"));
    REQUIRE_MESSAGE(config, config.error().text);
    REQUIRE(config->feeds.size() == 4);
    const auto& outlet = config->feeds[3];
    CHECK(outlet.name == "rack7-a, 12");
    CHECK(outlet.meter.part == Part::outlet);
    CHECK(outlet.meter.part_name == "12");
    CHECK(config->feeds[0].nodes == std::vector<std::string>{"n1", "n2", "n4"});
    CHECK(*config->feeds[2].limit_amperes() == doctest::Approx(11.2));
}

TEST_CASE("every mistake of a CSV file is named with its line and column") {
    const Scratch scratch;
    const auto csv = scratch.write("tree.csv",
                                   "feed,parent,rating_watts,colour\n"
                                   "a,,many,\n"
                                   "b,nowhere,,\n"
                                   "c,,\n"
                                   "\"d,,,\n"
                                   "e,,,red\n");
    const auto file = scratch.write("f.toml", "[power_tree]\nimport = \"" + csv.string() + "\"\n");
    const auto rough = load_config(file);
    REQUIRE_FALSE(rough);
    CHECK(short_text(rough.error().text, scratch) ==
          "tree.csv:4:1: 3 cells, but the first line names 4 columns\n"
          "tree.csv:5:1: a quote that is opened must be closed before a comma");
    scratch.write("tree.csv", "feed,parent,rating_watts,colour\na,,many,\nb,nowhere,,\ne,,,red\n");
    const auto fine = load_config(file);
    REQUIRE_FALSE(fine);
    const auto text = short_text(fine.error().text, scratch);
    for (const char* says : {"tree.csv:2:4: 'rating_watts'", "tree.csv:3:3: 'parent': nowhere must",
                             "tree.csv:4:5: unknown key 'colour'"})
        CHECK_MESSAGE(text.find(says) != std::string::npos, text);
    const auto absent =
        load_config(scratch.write("g.toml", "[power_tree]\nimport = \"/no/file\"\n"));
    REQUIRE_FALSE(absent);
    CHECK(absent.error().text.find("/no/file: No such file") != std::string::npos);
}

TEST_CASE("a level that a PDU measures has the nodes that the PDU's configuration names") {
    const Scratch scratch;
    const auto written = scratch.write("f.toml", R"(
[[feed]]
name = "row"
budget_watts = 5000
[[feed]]
name = "a"
parent = "row"
pdu = "rack7-a"
redundant_with = "b"
[[feed]]
name = "b"
parent = "row"
pdu = "rack7-b"
[[model]]
nodes = "n[1-3]"
idle_watts = 100
full_watts = 500
)");
    auto config = load_config(written);
    REQUIRE_MESSAGE(config, config.error().text);
    CHECK(feed(*config, "b").redundant_with == "a");
    DeviceOutlets devices{{"rack7-a", {{"1", "n1"}, {"2", "n2"}, {"3", ""}}},
                          {"rack7-b", {{"1", "n1"}, {"2", "n3"}}}};
    const auto complete = complete_feeds(*config, devices);
    REQUIRE_MESSAGE(complete, complete.error().text);
    CHECK(feed(*config, "a").nodes == std::vector<std::string>{"n1", "n2"});
    CHECK(feed(*config, "row").nodes == std::vector<std::string>{"n1", "n2", "n3"});

    SUBCASE("a node without a model behind a limit is refused") {
        devices["rack7-b"]["3"] = "n9";
        const auto refused = complete_feeds(*config, devices);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().text.find("row has a limit, so n9 needs a [[model]]") !=
              std::string::npos);
    }
    SUBCASE("a PDU that no plugin has is refused") {
        devices.erase("rack7-a");
        const auto refused = complete_feeds(*config, devices);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().text ==
              "[[feed]] a is measured by pdu rack7-a, which no plugin's table names");
    }
}
