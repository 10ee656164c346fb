#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "daemon/export/metrics.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;

namespace {

std::string read_file(const std::filesystem::path& file) {
    std::ifstream stream{file};
    REQUIRE_MESSAGE(stream, "cannot read " << file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::set<std::string> matches(const std::string& text, const char* pattern) {
    std::set<std::string> found;
    const std::regex expression{pattern};
    for (std::sregex_iterator at{text.begin(), text.end(), expression}, end; at != end; ++at)
        found.insert((*at)[1]);
    return found;
}

}  // namespace

TEST_CASE("docs/metrics.md lists exactly the families that are exported") {
    const std::string text = render_metrics(test::sample_snapshot(40));
    const auto exported = matches(text, R"(# TYPE (\w+) )");
    const auto documented =
        matches(read_file(std::filesystem::path{FRUGALD_SOURCE} / "docs/metrics.md"),
                R"(\| `(frugald_\w+)[{`])");
    for (const auto& name : exported) CHECK_MESSAGE(documented.contains(name), name);
    for (const auto& name : documented) CHECK_MESSAGE(exported.contains(name), name);
    CHECK(matches(text, R"(# HELP (\w+) \S)") == exported);
}

TEST_CASE("promtool finds nothing to complain about") {
    if (std::system("command -v promtool >/dev/null") != 0) {
        MESSAGE("skipped: promtool is not present");
        return;
    }
    const auto file =
        std::filesystem::temp_directory_path() / fmt::format("frugald-metrics-{}.txt", getpid());
    std::ofstream{file} << render_metrics(test::sample_snapshot(40));
    CHECK(std::system(fmt::format("promtool check metrics <{}", file.string()).c_str()) == 0);
    std::filesystem::remove(file);
}
