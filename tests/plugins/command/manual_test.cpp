#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "tests/plugins/command/rig.h"

using namespace frugald;

namespace {

/// The script of docs/command.md, with `upsc` replaced by another program.
std::string script_of_manual(const std::string& upsc) {
    std::ifstream in{FRUGALD_SOURCE_DIR "/docs/command.md"};
    const std::string page{std::istreambuf_iterator<char>{in}, {}};
    const auto begin = page.find("```sh\n") + 6;
    auto text = page.substr(begin, page.find("```\n", begin) - begin);
    for (std::size_t at = 0; (at = text.find("(upsc ", at)) != text.npos; ++at)
        text.replace(at + 1, 4, upsc);
    return text;
}

}  // namespace

TEST_CASE("the script in the manual is a source") {
    const Scratch scratch;
    const auto upsc =
        script(scratch, "upsc",
               "case $2 in ups.realpower) echo 812 ;; *) echo 'no such variable' >&2; "
               "exit 1 ;; esac");
    const auto program = scratch.write("read-ups", script_of_manual(upsc));
    std::filesystem::permissions(program, std::filesystem::perms{0755});
    Rig rig{"[[source]]\nname = \"u\"\nargv = [\"" + program.string() + "\", \"ups1@h\"]\n"};
    const auto seen = rig.first("u");
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(seen.values == std::map<std::string, double>{{"power_watts total", 812}});
    script(scratch, "upsc", "echo 'Error: Connection failure' >&2; exit 1");
    const auto text = failure_of(rig.poll("u"));
    CHECK_MESSAGE(contains(text, "exit code 1: Error: Connection failure"), text);
}
