#include "daemon/ctl/history.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "daemon/ctl/instant.h"
#include "daemon/ctl/run.h"
#include "tests/daemon/export/stored_hour.h"

using namespace frugald;
using namespace frugald::test;

namespace {

struct Said {
    int code;
    std::string out, err;
};

Said say(const std::filesystem::path& socket, std::vector<std::string> words, bool asks = false) {
    std::ostringstream out, err;
    std::istringstream in;
    std::vector<const char*> arguments{"frugalctl", "--socket", socket.c_str(), "nodes"};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    ctl::Terminal terminal{out, err, in, asks};
    const int code = ctl::run(static_cast<int>(arguments.size()), arguments.data(), terminal);
    return {code, out.str(), err.str()};
}

const std::vector<std::string> that_hour{"--since", "2027-01-15T12:00:00Z", "--until",
                                         "2027-01-15T13:00:00Z"};

std::vector<std::string> with(std::vector<std::string> more) {
    more.insert(more.end(), that_hour.begin(), that_hour.end());
    return more;
}

}  // namespace

TEST_CASE("instants are ages, local times or UTC times") {
    const WallTime now = from_unix_ms(1'800'014'400'000);
    ::setenv("TZ", "Europe/Paris", 1);
    ::tzset();
    struct Row {
        const char* text;
        std::int64_t unix_s;  // 0: refused
    };
    const Row rows[] = {
        {"1h", 1'800'010'800},
        {"2027-01-15T12:00:00Z", 1'800'014'400},
        {"2027-01-15T13:00", 1'800'014'400},
        {"2027-01-15 13:00:00", 1'800'014'400},
        {"2027-01-15", 1'799'967'600},
        {"2027-06-15T14:00", 1'813'060'800},
        {"2027-02-30", 0},
        {"2027-01-15T25:00", 0},
        {"yesterday", 0},
        {"", 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto at = ctl::parse_instant(row.text, now);
        CHECK(at.has_value() == (row.unix_s != 0));
        if (at) CHECK(to_unix_ms(*at) == row.unix_s * 1000);
    }
}

TEST_CASE("nodes --since prints what was stored, line by line") {
    StoredHour site;
    const auto said = say(site.server.socket(), with({"n[0-1]"}));
    CHECK(said.code == 0);
    CHECK(said.err.empty());
    CHECK(std::ranges::count(said.out, '\n') == 1 + 720);
    CHECK(said.out.starts_with("TIME "));
    CHECK(said.out.find("  n1            dcmi        power_watts                      101.5\n") !=
          std::string::npos);
    const auto cells = say(site.server.socket(), with({"n2", "--resolution", "hour", "-h"}));
    CHECK(std::ranges::count(cells.out, '\n') == 1);
    CHECK(cells.out.find("102.5         102.5         102.5     3590\n") != std::string::npos);
}

TEST_CASE("nodes --since as CSV and JSON is what the daemon says") {
    StoredHour site;
    const auto csv = say(site.server.socket(), with({"--csv"}));
    CHECK(csv.out.starts_with("time,kind,device,source,quantity,part,name,value\n"));
    CHECK(std::ranges::count(csv.out, '\n') == 1 + 3 * 360);
    const auto json = say(site.server.socket(), with({"n0", "--json"}));
    CHECK(ctl::Json::parse(json.out).at("complete") == true);
}

TEST_CASE("nodes --job prints what its nodes drew while it ran, run by run") {
    StoredHour site;
    const auto said = say(site.server.socket(), {"--job", "7", "-h"});
    CHECK(said.code == 0);
    CHECK(std::ranges::count(said.out, '\n') == 60 + 2 * 120);
    const auto later = say(
        site.server.socket(),
        {"--job", "7", "-h", "--since", "2027-01-15T12:30:00Z", "--until", "2027-01-15T12:31:00Z"});
    CHECK(std::ranges::count(later.out, '\n') == 2 * 6);
    CHECK(say(site.server.socket(), {"--job", "8"}).code == 1);
    CHECK(say(site.server.socket(), {"--job", "x"}).code == 2);
    CHECK(say(site.server.socket(), {"--job", "7", "n1"}).code == 2);
    CHECK(say(site.server.socket(), {"--job", "7", "--partition", "p"}).code == 2);
}

TEST_CASE("into a pipe the part that is done is shown to people only") {
    StoredHour site;
    CHECK(say(site.server.socket(), with({"--csv"}), true).err.find("\r100 %") !=
          std::string::npos);
    CHECK(say(site.server.socket(), with({"--csv"}), false).err.empty());
}

TEST_CASE("wrong questions of nodes --since end with 2 and say why") {
    const RunningServer server{sample_snapshot(40)};
    CHECK(say(server.socket(), {"--since", "never"}).code == 2);
    CHECK(say(server.socket(), {"--since", "1h", "--until", "2h"}).code == 2);
    CHECK(say(server.socket(), {"--csv"}).code == 2);
    CHECK(say(server.socket(), {"n1", "--since", "1h", "--partition", "p"}).code == 2);
    const auto away = say("/nowhere/api.sock", {"--since", "1h"});
    CHECK(away.code == 3);
    CHECK(away.err.find("is it running?") != std::string::npos);
    const auto early = say(server.socket(), {"--since", "1h"});
    CHECK(early.code == 1);
    CHECK(early.err.find("no history yet") != std::string::npos);
}
