#include "plugins/ipmi/discover/options.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::ipmi::discover;

TEST_CASE("the BMCs of nodes: a pattern, or as many in the same order") {
    const auto named = find_targets("c[1-2],gpu1", "{node}-bmc", 623);
    REQUIRE(named);
    REQUIRE(named->size() == 3);
    CHECK((*named)[2].node == "gpu1");
    CHECK((*named)[2].host == "gpu1-bmc");
    const auto listed = find_targets("c[1-2]", "10.1.0.[7-8]", 6230);
    REQUIRE(listed);
    CHECK((*listed)[1].host == "10.1.0.8");
    CHECK((*listed)[1].port == 6230);

    struct Row {
        const char* says;
        const char* nodes;
        const char* bmc;
        const char* mistake;
    };
    const Row rows[] = {
        {"fewer BMCs than nodes", "c[1-3]", "b[1-2]", "2 different BMCs for 3 nodes"},
        {"a broken nodeset", "c[1-", "{node}", "["},
        {"no node", "", "{node}", "it is empty"},
        {"a host that is none", "c1", "{node};reboot", "neither a pattern"},
        {"a host like an option", "c1", "-{node}", "neither a pattern"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        const auto found = find_targets(row.nodes, row.bmc, 623);
        REQUIRE_FALSE(found);
        CAPTURE(found.error().text);
        CHECK(found.error().text.find(row.mistake) != std::string::npos);
    }
}

TEST_CASE("a password comes from a private file of one short line") {
    const Scratch scratch;
    struct Row {
        const char* says;
        const char* content;
        mode_t mode;
        const char* mistake;  // null: it is read
    };
    const Row rows[] = {
        {"as an editor leaves it", "secret12\n", 0600, nullptr},
        {"without a newline, read-only", "12345678901234567890", 0400, nullptr},
        {"others may read it", "secret12\n", 0640, "0640"},
        {"empty", "\n", 0600, "1 to 20 bytes"},
        {"too long", "123456789012345678901\n", 0600, "1 to 20 bytes"},
        {"two lines", "bmc = 1\nx = 2\n", 0600, "one line"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        scratch.write("secret", row.content);
        const auto path = scratch.path() / "secret";
        REQUIRE(chmod(path.c_str(), row.mode) == 0);
        const auto password = read_password(path.string());
        CHECK(password.has_value() == (row.mistake == nullptr));
        if (password) CHECK(password->reveal().size() >= 8);
        if (!password) CHECK(password.error().text.find(row.mistake) != std::string::npos);
        if (!password) CHECK(password.error().text.find("secret12") == std::string::npos);
    }
    CHECK_FALSE(read_password((scratch.path() / "none").string()));
    CHECK_FALSE(read_password(scratch.path().string()));
}
