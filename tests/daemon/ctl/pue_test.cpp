#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/ctl/run.h"
#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;
using Json = nlohmann::json;

namespace {

struct Said {
    int code;
    std::string out;
    std::string err;
};

Said say(const test::RunningServer& server, const std::vector<std::string>& words) {
    std::ostringstream out, err;
    std::istringstream in;
    std::vector<const char*> arguments{"frugalctl", "--socket", server.socket().c_str()};
    for (const auto& word : words) arguments.push_back(word.c_str());
    const int code =
        ctl::run(static_cast<int>(arguments.size()), arguments.data(), {out, err, in, false});
    return {code, out.str(), err.str()};
}

bool contains(const std::string& text, const std::string& part) {
    CAPTURE(text);
    CAPTURE(part);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("pue: a line per period, what is not known as a question mark") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const auto said = say(server, {"pue"});
    CHECK(said.code == 0);
    for (const char* const part :
         {"live        1.250  0.020", "2026            ?", "99.5%", "2026-11-19  0.900",
          "impossible", "category PUE2", "pdu0    it", "no answer yet"})
        CHECK(contains(said.out, part));
    CHECK(Json::parse(say(server, {"pue", "--json"}).out)["live"]["pue"] == 1.25);
}

TEST_CASE("pue of one day, month or year") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const auto day = say(server, {"pue", "--day", "2026-11-20"});
    CHECK(day.code == 0);
    CHECK(contains(day.out, "1.270"));
    CHECK_FALSE(contains(day.out, "live"));
    CHECK(contains(say(server, {"pue", "--month", "2026-11"}).out, "2026-11-19"));
    struct Row {
        const char* says;
        std::vector<std::string> words;
        int code;
        const char* mistake;
    };
    const Row rows[] = {
        {"nothing is known", {"pue", "--year", "1999"}, 1, "nothing was measured in 1999"},
        {"no such shape", {"pue", "--day", "today"}, 2, "must look like 2026-11-21"},
        {"two periods", {"pue", "--day", "2026-11-20", "--year", "2026"}, 2, "excludes"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto said = say(server, row.words);
        CHECK(said.code == row.code);
        CHECK(contains(said.err, row.mistake));
    }
}

TEST_CASE("status has a line about the PUE, where there is one") {
    CHECK(contains(say(test::RunningServer{test::sample_snapshot(4)}, {"status"}).out,
                   "PUE      1.25 +-0.02 in the last 1h, 1.26 +-0.02 today; PUE2"));
    auto now = test::sample_snapshot(4);
    now.pue.reset();
    CHECK_FALSE(contains(say(test::RunningServer{std::move(now)}, {"status"}).out, "PUE"));
}
