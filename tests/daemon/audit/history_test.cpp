#include "daemon/audit/history.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/daemon/audit/histories.h"

using namespace frugald;
using namespace frugald::audit;

TEST_CASE("an entry is read as it was written") {
    const HistoryEntry entry{
        .at = {SteadyTime{std::chrono::milliseconds{1234}}, from_unix_ms(5678)},
        .kind = "command",
        .node = "n1",
        .fields = {{"yes", true},
                   {"whole", std::int64_t{-3}},
                   {"part", 2.5},
                   {"unknown", std::nan("")},
                   {"text", "a\"b\n\x01<b>\xff"},
                   {"jobs", std::vector<std::string>{"1", "2"}},
                   {"none", std::vector<std::string>{}}}};
    const auto line = to_line(entry);
    CHECK(line.find('\n') == std::string::npos);
    const auto record = read_line(line);
    REQUIRE(record);
    CHECK(record->wall_ms == 5678);
    CHECK(record->steady_ms == 1234);
    CHECK(record->kind == "command");
    CHECK(record->node == "n1");
    CHECK(record->flag("yes"));
    CHECK(record->integer("whole") == -3);
    CHECK(record->number("part") == 2.5);
    CHECK(record->integer("part") == 2);
    CHECK_FALSE(record->field("unknown"));
    CHECK(record->text("text") == "a\"b\n\x01<b>\xef\xbf\xbd");
    CHECK(record->list("jobs") == std::vector<std::string>{"1", "2"});
    CHECK(record->list("none").empty());
    CHECK_FALSE(record->flag("whole"));
    CHECK(record->text("yes").empty());
    CHECK_FALSE(record->number("text"));
}

TEST_CASE("what is no entry is refused, what is unknown is kept") {
    for (const char* wrong :
         {"", "{", "[]", "7", R"({"wall_ms":1,"steady_ms":1})", R"({"wall_ms":1,"kind":"x"})",
          R"({"wall_ms":"1","steady_ms":1,"kind":"x"})",
          R"({"wall_ms":1e300,"steady_ms":1,"kind":"x"})",
          R"({"wall_ms":9223372036854775807,"steady_ms":1,"kind":"x"})",
          R"({"wall_ms":1,"steady_ms":1,"kind":null})"}) {
        CAPTURE(wrong);
        const auto record = read_line(wrong);
        REQUIRE_FALSE(record);
        CHECK(record.error().fault == Fault::unparsable);
    }
    const auto odd = read_line(
        R"({"wall_ms":1,"steady_ms":1,"kind":"new","node":5,"a":{"b":1},"c":null,"jobs":[7,"8"],)"
        R"("huge":18446744073709551615,"vast":1e300})");
    REQUIRE(odd);
    CHECK(odd->node.empty());
    CHECK_FALSE(odd->field("a"));
    CHECK(odd->list("jobs") == std::vector<std::string>{"7", "8"});
    CHECK_FALSE(odd->integer("huge"));
    CHECK_FALSE(odd->integer("vast"));
}

TEST_CASE("a history is put in the order of its steady clock, and counts what it cannot use") {
    std::stringstream text;
    text << histories::line(5000, "command", "n2") << "\n\nnonsense\n{}\n"
         << histories::line(4000, "new_kind", "n1") << '\n'
         << histories::line(4000, "world_bmc", "n3");
    const auto history = read_history(text);
    REQUIRE(history.records.size() == 3);
    CHECK(history.records[0].kind == "new_kind");
    CHECK(history.records[0].line == 5);
    CHECK(history.records[1].node == "n3");
    CHECK(history.records[2].node == "n2");
    CHECK(history.unreadable == 2);
    CHECK(history.first_unreadable_line == 3);
    CHECK(history.unknown_kinds.at("new_kind") == 1);
}

TEST_CASE("a wall clock that is set back does not change the order, a reboot does not either") {
    const auto entry = [](std::int64_t wall_ms, std::int64_t steady_ms, const char* node) {
        return fmt::format(R"({{"wall_ms":{},"steady_ms":{},"kind":"command","node":"{}"}})",
                           wall_ms, steady_ms, node);
    };
    std::stringstream set_back, booted;
    set_back << entry(9'000'000, 1000, "a") << '\n' << entry(5'000'000, 2000, "b");
    CHECK(read_history(set_back).records.back().node == "b");
    booted << entry(5'000'000, 9'000'000, "a") << '\n' << entry(6'000'000, 2000, "b");
    const auto history = read_history(booted);
    CHECK(history.records.back().node == "b");
    CHECK(history.records.back().at_ms == 6'000'000);
}

TEST_CASE("property: damaged, shuffled and unknown lines never break the check") {
    using namespace histories;
    const Lines good =
        site() + Lines{breaker(),
                       command(1000, "n1", "off"),
                       command(2000, "n2", "on"),
                       command(3000, "n3", "cap", R"("limit_watts":200,"class":"economy")"),
                       line(3100, "answer", "n3", R"("id":1,"ok":true)"),
                       line(3200, "world_job", "", R"("id":"7","event":"start","nodes":"n[1-3]")"),
                       bmc(3300, "n3", "cap", R"("watts":200)"),
                       slurm(3400, "n1", R"("state":"idle","jobs":["1"])"),
                       line(3500, "hold", "", R"("by":"x")"),
                       line(3600, "stop", "")};
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 random{seed};
        auto lines = good;
        std::ranges::shuffle(lines, random);
        for (auto& each : lines) {
            if (random() % 3 != 0) continue;
            const auto at = random() % each.size();
            switch (random() % 4) {
                case 0:
                    each[at] = static_cast<char>(random());
                    break;
                case 1:
                    each.erase(at);
                    break;
                case 2:
                    each.insert(at, "\"n[1-99999999]\"");
                    break;
                default:
                    each.replace(each.find("\"kind\":\"") + 8, 1, "?");
                    break;
            }
        }
        std::stringstream text;
        for (const auto& each : lines) text << each << '\n';
        const auto history = read_history(text);
        CHECK(history.records.size() + history.unreadable <= lines.size() + 300);
        for (const auto& violation : check(history).violations) CHECK_FALSE(violation.text.empty());
    }
}
