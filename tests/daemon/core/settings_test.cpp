#include "daemon/core/settings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "daemon/core/edit_distance.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

using Array = SettingsValue::Array;

/// One entry a line, keys in column 1, values in column 9.
Settings table_of(std::vector<std::pair<std::string, SettingsValue>> entries,
                  std::string path = "ipmi") {
    Settings table;
    table.path = std::move(path);
    table.place = {"f.toml", 1, 1};
    unsigned line = 1;
    for (auto& [key, value] : entries) {
        ++line;
        value.place = {"f.toml", line, 9};
        table.entries.push_back({key, {"f.toml", line, 1}, std::move(value)});
    }
    return table;
}

SettingsValue value(
    std::variant<bool, std::int64_t, double, std::string, Array, std::shared_ptr<Settings>>
        inside) {
    return {std::move(inside), {}};
}
SettingsValue whole(std::int64_t number) { return value(number); }
SettingsValue text(std::string words) { return value(std::move(words)); }

std::string mistakes(SettingsReader& reader) {
    const auto finished = reader.finish();
    return finished ? "" : finished.error().text;
}

}  // namespace

TEST_CASE("values arrive as written") {
    const auto table = table_of({{"flag", value(true)},
                                 {"count", whole(3)},
                                 {"factor", value(0.5)},
                                 {"whole_factor", whole(2)},
                                 {"name", text("x")},
                                 {"wait_s", value(0.25)},
                                 {"pause_ms", whole(20)},
                                 {"words", value(Array{text("a"), text("b")})},
                                 {"ports", value(Array{whole(1), whole(2)})},
                                 {"nodes", text("n[1-2]")},
                                 {"more", value(Array{text("n[1-2]"), text("n2,x")})}});
    SettingsReader reader{table};
    CHECK(reader.boolean("flag", false));
    CHECK(reader.integer("count", 0) == 3);
    CHECK(reader.number("factor", 0) == 0.5);
    CHECK(reader.number("whole_factor", 0) == 2);
    CHECK(reader.text("name", "") == "x");
    CHECK(reader.duration("wait_s", 1s, 0s, 1h) == 250ms);
    CHECK(reader.duration("pause_ms", 1s, 0s, 1h) == 20ms);
    CHECK(reader.texts("words") == std::vector<std::string>{"a", "b"});
    CHECK(reader.integers("ports", {}) == std::vector<std::int64_t>{1, 2});
    CHECK(reader.nodes("nodes") == std::vector<std::string>{"n1", "n2"});
    CHECK(reader.nodes("more") == std::vector<std::string>{"n1", "n2", "x"});
    CHECK(mistakes(reader) == "");
    CHECK(reader.known().front() == "ipmi.flag");
}

TEST_CASE("absent keys give the defaults") {
    const auto table = table_of({});
    SettingsReader reader{table};
    CHECK(reader.boolean("flag", true));
    CHECK(reader.integer("count", -1, {5, 6}) == -1);
    CHECK(reader.duration("wait_s", 7s, 0s, 1s) == 7s);
    CHECK(reader.choice("mode", "observe", {"observe", "enforce"}) == "observe");
    CHECK(reader.integers("ports", {17}) == std::vector<std::int64_t>{17});
    CHECK(reader.nodes("nodes").empty());
    CHECK(reader.tables("group").empty());
    CHECK_FALSE(reader.has("flag"));
    const auto& sub = reader.table("sub");
    CHECK(sub.path == "ipmi.sub");
    CHECK(sub.entries.empty());
    CHECK(mistakes(reader) == "");
}

TEST_CASE("an unknown key is named with the nearest known one") {
    const auto table = table_of({{"intervall_s", whole(5)},
                                 {"colour", whole(1)},
                                 {"gruop", value(std::make_shared<Settings>())},
                                 {"e\x1bvil", whole(1)}});
    SettingsReader reader{table};
    reader.duration("interval_s", 1s, 0s, 1h);
    reader.tables("group");
    CHECK(mistakes(reader) ==
          "f.toml:2:1: unknown key 'intervall_s'; did you mean 'interval_s'?\n"
          "f.toml:3:1: unknown key 'colour'\n"
          "f.toml:4:1: unknown table 'gruop'; did you mean 'group'?\n"
          "f.toml:5:1: unknown key 'e\\x1bvil'");
}

TEST_CASE("all mistakes are found in one run") {
    auto list = value(Array{text("a"), whole(1)});
    std::get<Array>(list.value)[1].place = {"f.toml", 8, 20};
    const auto table = table_of({{"flag", text("yes")},
                                 {"count", value(1.5)},
                                 {"factor", value(std::nan(""))},
                                 {"name", whole(1)},
                                 {"wait_s", text("30s")},
                                 {"late_s", whole(7200)},
                                 {"words", list},
                                 {"mode", text("loud")},
                                 {"nodes", text("n[1-2")},
                                 {"level", whole(9)},
                                 {"sub", whole(1)},
                                 {"group", value(std::make_shared<Settings>())},
                                 {"empty", text("")},
                                 {"share", value(-0.5)}});
    SettingsReader reader{table};
    CHECK(reader.boolean("flag", true));
    CHECK(reader.integer("count", 4) == 4);
    CHECK(reader.number("factor", 2) == 2);
    CHECK(reader.text("name", "n") == "n");
    CHECK(reader.duration("wait_s", 5s, 0s, 1h) == 5s);
    CHECK(reader.duration("late_s", 6s, 1s, 1h) == 6s);
    reader.texts("words");
    CHECK(reader.choice("mode", "quiet", {"quiet", "silent"}) == "quiet");
    reader.nodes("nodes");
    CHECK(reader.integer("level", 3, {0, 7}) == 3);
    CHECK(reader.table("sub").entries.empty());
    CHECK(reader.tables("group").empty());
    reader.required_text("empty");
    reader.required_text("missing");
    CHECK(reader.number("share", 0) == 0);
    reader.mistake("level", "something the caller saw");
    CHECK(mistakes(reader) ==
          "f.toml:2:9: 'flag' must be true or false, not a text\n"
          "f.toml:3:9: 'count' must be a whole number, not a fraction\n"
          "f.toml:4:9: 'factor' must be a number, not inf or nan\n"
          "f.toml:5:9: 'name' must be a text in quotes, not a whole number\n"
          "f.toml:6:9: 'wait_s' must be a plain number of seconds, not a text\n"
          "f.toml:7:9: 'late_s' is 7200, but must be between 1 and 3600 seconds\n"
          "f.toml:8:20: 'words' must be a list of texts, not a whole number\n"
          "f.toml:9:9: 'mode' is 'loud', but must be one of: quiet, silent\n"
          "f.toml:10:9: 'nodes': nodeset 'n[1-2': this bracket is never closed (character 2)\n"
          "f.toml:11:9: 'level' is 9, but must be between 0 and 7\n"
          "f.toml:12:9: 'sub' must be a table, not a whole number\n"
          "f.toml:13:9: 'group' must be written as [[ipmi.group]], not a table\n"
          "f.toml:14:9: 'empty' must not be empty\n"
          "f.toml:1:1: 'missing' is missing here\n"
          "f.toml:15:9: 'share' is -0.5, but must be at least 0\n"
          "f.toml:11:9: 'level': something the caller saw");
}

TEST_CASE("durations beyond every clock are refused, not wrapped") {
    const auto table = table_of({{"wait_s", value(1e300)}, {"pause_s", value(INFINITY)}});
    SettingsReader reader{table};
    CHECK(reader.duration("wait_s", 1s, 0s, 1h) == 1s);
    CHECK(reader.duration("pause_s", 1s, 0s, 1h) == 1s);
    CHECK_FALSE(reader.finish());
}

TEST_CASE("mistakes of sub-tables count") {
    auto inner = std::make_shared<Settings>(table_of({{"hots", text("b1")}}, "ipmi.group"));
    const auto table = table_of({{"group", value(Array{value(inner)})}});
    SettingsReader reader{table};
    for (const auto* group : reader.tables("group")) {
        SettingsReader part{*group};
        part.required_text("host");
        reader.adopt(part.finish());
    }
    CHECK(mistakes(reader) ==
          "f.toml:1:1: 'host' is missing here\n"
          "f.toml:2:1: unknown key 'hots'; did you mean 'host'?");
}

TEST_CASE("free tables have no unknown keys") {
    const auto table = table_of({{"12", text("n1")}, {"13", text("n2")}});
    SettingsReader reader{table};
    CHECK(reader.free_entries().size() == 2);
    CHECK(reader.finish());
}

TEST_CASE("edit distance counts single characters") {
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("interval_s", "intervall_s") == 1);
    CHECK(edit_distance("mode", "node") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    const std::vector<std::string> words{"a", "spare_nodes"};
    CHECK(nearest_word("b", words) == "");
    CHECK(nearest_word("spare_node", words) == "spare_nodes");
    CHECK(nearest_word(std::string(100000, 'x'), words) == "");
}
