#include "daemon/core/nodeset.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

using namespace frugald;

namespace {

using Names = std::vector<std::string>;
constexpr auto people = NodesetDialect::people;
constexpr auto slurm = NodesetDialect::slurm;

struct Row {
    const char* says;
    std::string text;
    NodesetDialect dialect;
    Names names;
};

struct Refusal {
    const char* says;
    std::string text;
    const char* reason;  // part of the message
};

void check_refused(const Refusal& row, NodesetDialect dialect) {
    CAPTURE(row.says);
    const auto names = expand_nodeset(row.text, dialect);
    REQUIRE_FALSE(names);
    CHECK(names.error().fault == Fault::invalid);
    CHECK_MESSAGE(names.error().text.find(row.reason) != std::string::npos, names.error().text);
    CHECK(std::ranges::none_of(names.error().text, [](unsigned char c) { return c < 0x20; }));
    CHECK(names.error().text.size() < 300);
}

}  // namespace

TEST_CASE("nodesets expand to the names in order of first appearance") {
    const Row rows[] = {
        {"a plain name", "gpu1", people, {"gpu1"}},
        {"a list", "b,a", people, {"b", "a"}},
        {"padding is kept", "c[008-010]", people, {"c008", "c009", "c010"}},
        {"without padding the width grows", "n[9-11]", people, {"n9", "n10", "n11"}},
        {"zero is not padding", "n[0-10/5]", people, {"n0", "n5", "n10"}},
        {"ranges and numbers mix", "c[001-002,70],x", people, {"c001", "c002", "c70", "x"}},
        {"duplicates count once", "n[1,1,2],n2,n1", people, {"n1", "n2"}},
        {"padded and plain are two nodes", "n[1,01]", people, {"n1", "n01"}},
        {"steps", "n[1-10/2]", people, {"n1", "n3", "n5", "n7", "n9"}},
        {"suffixes", "n[1-2]-ib", people, {"n1-ib", "n2-ib"}},
        {"two dimensions",
         "r[1-2]n[01-02]-ib",
         people,
         {"r1n01-ib", "r1n02-ib", "r2n01-ib", "r2n02-ib"}},
        {"only a bracket", "[1-2]", people, {"1", "2"}},
        {"case matters", "N1,n1", people, {"N1", "n1"}},
        {"adjacent ranges from slurm", "n[1-2][3-4]", slurm, {"n13", "n14", "n23", "n24"}},
        {"empty items from slurm", ",n[1-2],,n3,", slurm, {"n1", "n2", "n3"}},
        {"nothing from slurm", "", slurm, {}},
        {"suffixes from slurm 23.11", "n[1-2]-ib", slurm, {"n1-ib", "n2-ib"}},
        {"every allowed character", "a.b_c-D9", people, {"a.b_c-D9"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto names = expand_nodeset(row.text, row.dialect);
        REQUIRE_MESSAGE(names, names.error().text);
        CHECK(*names == row.names);
    }
    const auto mixed = expand_nodeset("n[01-100]", slurm);
    REQUIRE(mixed);
    CHECK(mixed->front() == "n01");
    CHECK(mixed->back() == "n100");
}

TEST_CASE("what no dialect understands is refused with a reason and a place") {
    const Refusal rows[] = {
        {"an open bracket", "node[1-2", "never closed"},
        {"an open bracket at the end", "node[", "never closed"},
        {"a stray bracket", "node1-2]", "closes nothing"},
        {"nested brackets", "n[1-[2]]", "a number is missing"},
        {"an empty bracket", "n[]", "a number is missing"},
        {"an empty range", "n[1,,2]", "a number is missing"},
        {"a half range", "n[1-]", "a number is missing"},
        {"a negative number", "n[-3]", "a number is missing"},
        {"different padding", "node[1-03]", "padded to different widths"},
        {"padding that shrinks", "node[001-03]", "padded to different widths"},
        {"backwards", "n[3-1]", "backwards"},
        {"letters in brackets", "n[a-b]", "a number is missing"},
        {"a double range", "n[1-2-3]", "expected a number"},
        {"more than 64 bits", "n[0-18446744073709551616]", "at most 18 digits"},
        {"a huge range", "node[0-99999999]", "more than 65536"},
        {"a huge product", "n[1-1000]m[1-1000]k[1-1000]", "more than 65536"},
        {"a product that would overflow", "n[0-999999999999999999]m[0-999999999999999999]",
         "more than 65536"},
        {"one too many", "n[1-65536],x", "more than 65536"},
        {"one too many by counting duplicates", "n[1-65536],n1", "more than 65536"},
        {"many ranges of one", "n[1-60000,1-60000]", "more than 65536"},
        {"a space", "node1 node2", "separated by commas"},
        {"a leading space", " node1", "cannot be part of a name"},
        {"a shell command", "node1;reboot", "cannot be part of a name"},
        {"a substitution", "$(x)", "cannot be part of a name"},
        {"a path", "../x", "cannot be part of a name"},
        {"an option", "-o", "may not start with '-'"},
        {"an option behind a comma", "n1,-o", "may not start with '-'"},
        {"a newline", "n1\nn2", "\\x0a"},
        {"a zero byte", std::string("n1\0n2", 5), "\\x00"},
        {"UTF-8", "n\xc3\xa9", "\\xc3"},
        {"a name without end", std::string(300, 'n'), "at most 255 characters"},
        {"numbers that make it too long", std::string(250, 'n') + "[100000-100001]",
         "at most 255 characters"},
    };
    for (const auto& row : rows) {
        check_refused(row, people);
        check_refused(row, slurm);
    }
}

TEST_CASE("each dialect refuses what only the other one allows") {
    const Refusal of_people[] = {
        {"nothing", "", "empty"},
        {"an empty item", "n1,,n2", "a name is missing"},
        {"a trailing comma", "n1,", "a name is missing"},
        {"a leading comma", ",n1", "a name is missing"},
        {"adjacent ranges", "n[1-2][3-4]", "two brackets in a row"},
        {"half padding", "n[01-100]", "padded to different widths"},
        {"a step of nothing", "n[1-3/0]", "step of 0"},
        {"a step without number", "n[1-3/]", "a number is missing"},
    };
    for (const auto& row : of_people) check_refused(row, people);
    check_refused({"steps", "n[1-9/2]", "no steps"}, slurm);
}

TEST_CASE("65,536 nodes are the most") {
    const auto names = expand_nodeset("n[1-256]m[1-256]");
    REQUIRE(names);
    CHECK(names->size() == 65536);
}

TEST_CASE("names sort naturally") {
    const Names sorted{"",    "a",    "n",    "n1",    "n01", "n2",   "n2a",
                       "n10", "n10b", "n010", "n10.1", "nx",  "n1x2", "x"};
    CHECK(natural_less("n2", "n10"));
    CHECK_FALSE(natural_less("n10", "n2"));
    CHECK(natural_less("n1", "n01"));
    CHECK(natural_less("n2", "n2a"));
    CHECK(natural_less("n99999999999999999999", "n100000000000000000000"));
    for (const auto& a : sorted)
        for (const auto& b : sorted) {
            CHECK((a == b) == (!natural_less(a, b) && !natural_less(b, a)));
            for (const auto& c : sorted)
                if (natural_less(a, b) && natural_less(b, c)) CHECK(natural_less(a, c));
        }
}

TEST_CASE("names fold to the usual spelling") {
    struct FoldRow {
        const char* says;
        Names names;
        const char* folded;
    };
    const FoldRow rows[] = {
        {"nothing", {}, ""},
        {"one name", {"n7"}, "n7"},
        {"a range and a rest", {"x", "n5", "n3", "n2", "n1", "n3"}, "n[1-3,5],x"},
        {"two neighbours", {"n1", "n2"}, "n[1-2]"},
        {"padding", {"c010", "c009", "c008"}, "c[008-010]"},
        {"widths do not mix", {"n09", "n10", "n99", "n100", "n11"}, "n[09-11,99-100]"},
        {"plain numbers grow", {"n9", "n10", "n11"}, "n[9-11]"},
        {"from zero", {"n0", "n1", "n10", "n9"}, "n[0-1,9-10]"},
        {"suffixes", {"n2-ib", "n1-ib"}, "n[1-2]-ib"},
        {"the last number is folded", {"r1n1", "r1n2", "r2n1"}, "r1n[1-2],r2n1"},
        {"no numbers", {"b", "a"}, "a,b"},
        {"a word and the same word with numbers",
         {"abc", "5abc", "6abc", "abc1", "abc2"},
         "[5-6]abc,abc,abc[1-2]"},
        {"only numbers", {"2", "1"}, "[1-2]"},
        {"numbers too long to count",
         {"n1234567890123456789", "n1234567890123456790"},
         "n1234567890123456789,n1234567890123456790"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        CHECK(fold_nodeset(row.names) == row.folded);
    }
}

TEST_CASE("folding loses no name and adds none, whatever the names") {
    std::mt19937 random{7};
    const Names stems{"n", "c-", "rack1node", "x.y", "", "9z"};
    const Names tails{"", "", "-ib", ".b"};
    const auto pick = [&](const Names& from) { return from[random() % from.size()]; };
    for (int round = 0; round < 2000; ++round) {
        std::set<std::string> names;
        const auto wanted = random() % 40;
        for (unsigned i = 0; i < wanted; ++i)
            names.insert(
                fmt::format("{}{:0{}}{}", pick(stems), random() % 120, random() % 4, pick(tails)));
        if (names.empty()) continue;
        const Names list(names.begin(), names.end());
        const auto folded = fold_nodeset(list);
        CAPTURE(folded);
        for (const auto dialect : {people, slurm}) {
            const auto back = expand_nodeset(folded, dialect);
            REQUIRE_MESSAGE(back, back.error().text);
            CHECK(back->size() == names.size());
            CHECK(std::set<std::string>(back->begin(), back->end()) == names);
            CHECK(fold_nodeset(*back) == folded);
        }
    }
}

TEST_CASE("random bytes never expand to something outside the rules") {
    std::mt19937 random{11};
    const std::string letters = "n01239[],-/.; ";
    for (int round = 0; round < 50000; ++round) {
        std::string text;
        const auto length = random() % 16;
        for (unsigned i = 0; i < length; ++i) text += letters[random() % letters.size()];
        const auto names = expand_nodeset(text, round % 2 ? people : slurm);
        if (!names) continue;
        REQUIRE(names->size() <= 65536);
        for (const auto& name : *names) {
            REQUIRE_FALSE(name.empty());
            REQUIRE(name.size() <= 255);
            REQUIRE(name[0] != '-');
            REQUIRE(name.find_first_of("[],/; ") == std::string::npos);
        }
    }
}
