#include <doctest/doctest.h>

#include "daemon/config/config.h"
#include "tests/support/scratch.h"

using namespace frugald;

TEST_CASE("[pue]: without it there is none; its sources and accuracies are read") {
    const Scratch scratch;
    const auto none = load_config(scratch.write("none.toml", ""));
    REQUIRE(none);
    CHECK(!none->pue);
    const auto config = load_config(scratch.write(
        "pue.toml",
        "[pue]\nfacility = [\"main\"]\nit = [\"nodes\"]\naccuracy_percent = { main = 0.5 }\n"));
    REQUIRE_MESSAGE(config, (config ? "" : config.error().text));
    REQUIRE(config->pue);
    CHECK(config->pue->facility == std::vector<std::string>{"main"});
    CHECK(config->pue->accuracy_percent.at("main") == 0.5);
    CHECK(config->pue->window == std::chrono::minutes{5});
    CHECK(config->pue->category.empty());
}

TEST_CASE("[pue]: mistakes are refused with their place") {
    const Scratch scratch;
    struct Row {
        const char* says;
        const char* text;
        const char* mistake;
    };
    const Row rows[] = {
        {"no facility", "it = [\"ups\"]", "'facility'"},
        {"no IT side", "facility = [\"main\"]", "'it'"},
        {"a source on both sides", "facility = [\"main\"]\nit = [\"main\"]", "main is there twice"},
        {"nodes as a facility", "facility = [\"nodes\"]\nit = [\"ups\"]", "may stand only in it"},
        {"an accuracy of nothing", "facility = [\"a\"]\nit = [\"b\"]\naccuracy_percent = { c = 1 }",
         "is in none of"},
        {"an unknown category", "facility = [\"a\"]\nit = [\"b\"]\ncategory = \"PUE0\"", "PUE0"},
        {"a window of a second", "facility = [\"a\"]\nit = [\"b\"]\nwindow_s = 1", "window_s"},
        {"only an accuracy", "accuracy_percent = { main = 1 }", "'facility'"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto config =
            load_config(scratch.write("pue.toml", std::string{"[pue]\n"} + row.text + "\n"));
        REQUIRE_FALSE(config);
        CAPTURE(config.error().text);
        CHECK(config.error().text.find(row.mistake) != std::string::npos);
        CHECK(config.error().text.find("pue.toml:") != std::string::npos);
    }
}
