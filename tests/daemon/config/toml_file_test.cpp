#include "daemon/config/toml_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <random>

#include "tests/support/scratch.h"

using namespace frugald;

TEST_CASE("entries keep the file's order and places") {
    const auto table = parse_toml("z = 1\na = \"x\"\n[t]\n  k = [1, 2.5]\n[[g]]\nb = true\n", "f");
    REQUIRE(table);
    REQUIRE(table->entries.size() == 4);
    CHECK(table->entries[0].key == "z");
    CHECK(to_string(table->entries[1].value.place) == "f:2:5");
    const auto& inner = *std::get<std::shared_ptr<Settings>>(table->find("t")->value.value);
    CHECK(inner.path == "t");
    CHECK(to_string(inner.entries.at(0).place) == "f:4:3");
    const auto& list = std::get<SettingsValue::Array>(inner.entries[0].value.value);
    CHECK(std::get<std::int64_t>(list.at(0).value) == 1);
    CHECK(std::get<double>(list.at(1).value) == 2.5);
    CHECK_FALSE(table->find("none"));
}

TEST_CASE("what is no setting is refused with its place") {
    const std::pair<std::string, const char*> rows[] = {
        {"a = 1\na = 2\n", "f:2:"},
        {"a = 1\nb = 1979-05-27\n", "f:2:5: dates and times are not used here"},
        {"a = [[07:32:00]]\n", "f:1:7: dates"},
        {"a = \"\xff\"", "f:1:"},
        {"a" + std::string(400000, '.'), "f:1:258: keys nest too deeply"},
        {"x = {a" + std::string(400000, '.') + "=1}", "keys nest too deeply"},
        {"x = " + std::string(300000, '['), "f:1:"},
    };
    for (const auto& [text, message] : rows) {
        const auto table = parse_toml(text, "f");
        REQUIRE_FALSE(table);
        CHECK_MESSAGE(table.error().text.find(message) != std::string::npos, table.error().text);
        CHECK(table.error().text.size() < 300);
    }
}

TEST_CASE("many addresses on one line are not a deep key") {
    std::string text = "hosts = [";
    for (int i = 0; i < 1000; ++i) text += "\"10.0.0.1\", ";
    CHECK(parse_toml(text + "]\n# " + std::string(1000, '.') + "\n", "f"));
}

TEST_CASE("only regular files of a sane size are read") {
    const Scratch scratch;
    const auto pipe = scratch.path() / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(read_toml(pipe).error().text.ends_with("is not a regular file"));
    const auto big = read_toml(scratch.write("big", std::string(1024 * 1024 + 1, '#')));
    CHECK(big.error().text.find("longer than 1048576 bytes") != std::string::npos);
    CHECK(read_toml(scratch.write("fits", std::string(1024 * 1024, '#'))));
}

TEST_CASE("mutated files never crash the reader") {
    const std::string good =
        "managed_nodes = [\"n[1-3]\", 'x']\n[guard]\nmode = \"observe\"\na.b.c = 1.5e3\n"
        "[[ipmi.group]]\nt = {a = 1, b = [true, \"\"\"x\"\"\"]}\n";
    std::mt19937 random{3};
    for (int round = 0; round < 20000; ++round) {
        auto text = good;
        for (auto changes = random() % 4 + 1; changes > 0; --changes)
            text[random() % text.size()] = static_cast<char>(random());
        const auto table = parse_toml(text, "f");
        if (!table) CHECK(table.error().text.starts_with("f:"));
    }
}
