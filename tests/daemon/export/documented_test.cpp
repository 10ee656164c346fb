#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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

/// The words that follow `before`; with `about`, only those with a text after them.
std::set<std::string> words_after(const std::string& text, const std::string& before,
                                  bool about = false) {
    std::set<std::string> words;
    const auto in_word = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    };
    for (auto at = text.find(before); at != text.npos; at = text.find(before, at)) {
        at += before.size();
        const auto end =
            std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), in_word);
        const std::string rest{end, std::min(end + 3, text.end())};
        if (!about || (rest.size() == 3 && rest[0] == ' ' && rest[1] != '\n'))
            words.emplace(text.begin() + static_cast<std::ptrdiff_t>(at), end);
    }
    return words;
}

}  // namespace

TEST_CASE("docs/metrics.md lists exactly the families that are exported") {
    const std::string text = render_metrics(test::sample_snapshot(40));
    const auto exported = words_after(text, "# TYPE ");
    const auto documented =
        words_after(read_file(std::filesystem::path{FRUGALD_SOURCE} / "docs/metrics.md"), "\n| `");
    for (const auto& name : exported) CHECK_MESSAGE(documented.contains(name), name);
    for (const auto& name : documented) CHECK_MESSAGE(exported.contains(name), name);
    CHECK(words_after(text, "# HELP ", true) == exported);
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
